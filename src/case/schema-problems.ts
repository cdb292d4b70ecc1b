// What the schema finds wrong, as sentences with file, line, column and what to do.
import type { z } from 'zod';
import { didYouMean, inputError, type MillraceError } from '../base/index.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** What a document is to be. */
export interface DocumentKind {
  /** With its article: `a case`. */
  readonly what: string;
  /** With descriptions, which hints quote. */
  readonly jsonSchema: JsonSchema;
}

/** One problem or more for an issue that zod found in `document`. */
export function problemsOf(
  issue: z.core.$ZodIssue,
  document: YamlDocument,
  { what, jsonSchema }: DocumentKind,
): readonly MillraceError[] {
  const { path } = issue;
  const name = pathText(path);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schemaAt(jsonSchema, path)?.properties ?? {});
    return issue.keys.map((key) =>
      inputError(`${name === '' ? '' : `${name}: `}there is no key "${key}" in ${what}`, {
        at: document.locate([...path, key]),
        hint: didYouMean(key, known) ?? `The keys here are: ${known.join(', ')}.`,
      }),
    );
  }
  const at = document.locate(path);
  const given = valueAt(document.value, path);
  const description = schemaAt(jsonSchema, path)?.description;
  const subject = name === '' ? 'the file' : name;
  const hint = (lead: string) => (description === undefined ? {} : { hint: `${lead}: ${description}` });
  if (given === undefined)
    return [inputError(`${subject} is missing`, { at, ...hint(`Add "${String(path.at(-1))}"`) })];
  return [inputError(`${subject}${shown(given)}: ${sentence(issue)}`, { at, ...hint('Expected here') })];
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
    case 'too_big': {
      // The schema's own message, where it has one.
      if (!issue.message.startsWith('Too ')) return issue.message;
      const [limit, bound] =
        issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
      return issue.origin === 'array' ? `must have ${limit} ${bound} items` : `must be ${limit} ${bound}`;
    }
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join('; ');
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'keys and values',
  record: 'keys and values',
  array: 'a list',
  tuple: 'a list of two',
  string: 'text (in quotes, if YAML reads it as something else)',
  number: 'a number',
  int: 'a whole number',
};

function shown(value: unknown): string {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
    ? ` is ${value === null ? 'empty' : JSON.stringify(value).slice(0, 80)}`
    : '';
}

/** `tests[0].races`, as messages name a value. */
export function pathText(path: ValuePath): string {
  return path
    .map((key) =>
      typeof key === 'number'
        ? `[${key}]`
        : /^\w+$/.test(String(key))
          ? `.${String(key)}`
          : `["${String(key)}"]`,
    )
    .join('')
    .replace(/^\./, '');
}

function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema | false;
  readonly prefixItems?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | false;
}

function schemaAt(top: JsonSchema, path: ValuePath): JsonSchema | undefined {
  let schema: JsonSchema | undefined = top;
  for (const key of path) {
    const next: JsonSchema | false | undefined =
      typeof key === 'number'
        ? (schema?.prefixItems?.[key] ?? schema?.items)
        : (schema?.properties?.[String(key)] ?? schema?.additionalProperties);
    schema = next || undefined;
  }
  return schema;
}
