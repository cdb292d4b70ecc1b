// A campaign's file, read and checked against its schema.
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { displayPath, InputErrors, inputError, type MillraceError } from '../base/index.js';
import { parseYaml, problemsOf, type ValuePath, type YamlDocument } from '../case/index.js';
import { type CampaignFile, campaignFileSchema, campaignJsonSchema } from './schema.js';

export interface LoadedCampaign {
  /** Absolute path of the file. */
  readonly path: string;
  /** What paths in it start from. */
  readonly folder: string;
  readonly file: CampaignFile;
  /** An error about the value at `path` of the document, with its line. */
  at(path: ValuePath, error: MillraceError): MillraceError;
}

/** Bytes; a file of 1,000 cases has some 30,000. */
const largestFile = 4 * 1024 * 1024;

/** Errors: `input`, everything wrong with the file at once (`InputErrors`), each with its line. */
export async function loadCampaign(name: string): Promise<LoadedCampaign> {
  const path = resolve(name);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile())
    throw inputError(`there is no campaign file ${displayPath(path)}`, {
      hint: 'Name a YAML file with cases and trees; `millrace campaign --help` shows one.',
    });
  if (found.size > largestFile) throw inputError(`${displayPath(path)} is larger than 4 MiB`);
  const document = parseYaml(await readFile(path, 'utf8'), path);
  if (!('locate' in document)) throw unusable(path, document);
  const parsed = campaignFileSchema.safeParse(document.value);
  if (!parsed.success)
    throw unusable(
      path,
      parsed.error.issues.flatMap((issue) =>
        problemsOf(issue, document, { what: 'a campaign', jsonSchema: campaignJsonSchema() }),
      ),
    );
  const problems = duplicates(parsed.data, document);
  if (problems.length > 0) throw unusable(path, problems);
  const at = (where: ValuePath, { kind: _, message, hint, excerpt }: MillraceError) =>
    inputError(message, {
      at: document.locate(where),
      ...(hint === undefined ? {} : { hint }),
      ...(excerpt === undefined ? {} : { excerpt }),
    });
  return { path, folder: dirname(path), file: parsed.data, at };
}

/** All that is wrong with one file, as one error. */
export function unusable(path: string, problems: readonly MillraceError[]): InputErrors {
  return new InputErrors(`the campaign ${displayPath(path)} cannot be used as it is`, problems);
}

/** What is named twice would only be one row twice. */
function duplicates(file: CampaignFile, document: YamlDocument): MillraceError[] {
  const lists: readonly (readonly [name: string, values: readonly unknown[]])[] = [
    ['cases', file.cases],
    ['trees', file.trees],
    ['engines', file.engines],
    ['fixes', file.fixes === 'all' ? [] : file.fixes],
    ['configurations', file.configurations.map(({ name }) => name)],
    ['boots', file.boots ?? []],
  ];
  return lists.flatMap(([list, values]) =>
    values.flatMap((value, index) =>
      values.indexOf(value) === index
        ? []
        : [
            inputError(`${list} has ${JSON.stringify(value)} already`, {
              at: document.locate([list, index]),
              hint: 'Remove one of them.',
            }),
          ],
    ),
  );
}
