// Which fields the lines of racing accesses name: what a report is about when neither function nor address says so. A
// kernel without types in its debug information has only lines; the source of the line has the rest.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { functionDefinitions } from '../../c-syntax/index.js';
import { type Case, type CaseFix, caseChanges } from '../../case/index.js';
import type { FieldName, LineFields } from '../../judge/index.js';
import type { KernelRun } from '../../kernel/index.js';
import type { Tree } from '../../tree/index.js';

export interface FieldsRequest {
  readonly case: Pick<Case, 'undo'>;
  readonly tree: Tree;
  /** What the second of the kernels was built with. */
  readonly fix: CaseFix | null;
  readonly kernels: readonly KernelRun[];
}

/** For each kernel, the lines that its reports' accesses are at; lines that name no field are left out. */
export async function fieldsAtLines({
  case: theCase,
  tree,
  fix,
  kernels,
}: FieldsRequest): Promise<LineFields[]> {
  const textsOf = async (patch: string | null) =>
    new Map((await caseChanges(theCase, tree, patch)).map(({ path, text }) => [path, text]));
  const undone = await textsOf(null);
  const patched = fix !== null && kernels.length > 1 ? await textsOf(fix.patch) : undone;
  const texts = new Map<string, string>();
  const textOf = async (file: string, index: number): Promise<string> => {
    const changed = (index === 0 ? undone : patched).get(file);
    if (changed !== undefined) return changed;
    const text = texts.get(file) ?? (await readFile(join(tree.path, file), 'utf8').catch(() => ''));
    texts.set(file, text);
    return text;
  };
  const found: LineFields[] = [];
  for (const [index, { name: kernel, boots }] of kernels.entries()) {
    const lines = new Map<string, { file: string; line: number }>();
    for (const { stack } of boots.flatMap(({ reports }) => reports.flatMap(({ accesses }) => accesses))) {
      const { file, line } = stack[0] ?? { file: null, line: null };
      if (file !== null && line !== null) lines.set(`${file}:${line}`, { file, line });
    }
    for (const { file, line } of lines.values()) {
      const fields = fieldsOfLine(await textOf(file, index), line);
      if (fields.length > 0) found.push({ kernel, file, line, fields });
    }
  }
  return found;
}

/** The fields that `a->b.c` expressions of a line end at, with the struct where a declaration in the function tells. */
export function fieldsOfLine(text: string, line: number): FieldName[] {
  const lines = text.split('\n');
  const source = lines[line - 1] ?? '';
  const start = functionDefinitions(text).findLast((definition) => definition.line <= line)?.line ?? line;
  // The return type may stand on a line of its own, and parameters on the lines behind the name.
  const above = lines.slice(Math.max(start - 2, 0), line).join('\n');
  const fields = new Map<string, FieldName>();
  for (const [, base = '', steps = ''] of source.matchAll(
    /(?<![\w.>])([A-Za-z_]\w*)((?:\s*(?:->|\.)\s*\w+|\[[^\]]*\])+)/g,
  )) {
    const names = [...steps.matchAll(/(?:->|\.)\s*(\w+)/g)].map(([, name = '']) => name);
    const field = names.at(-1);
    if (field === undefined) continue;
    const struct = names.length === 1 ? structOf(base, above) : null;
    fields.set(`${struct} ${field}`, { struct, field });
  }
  return [...fields.values()];
}

/** Of `struct NAME *base` or `struct NAME other, base`, a parameter or a variable; null for what is declared otherwise. */
function structOf(base: string, text: string): string | null {
  const declarations = [...text.matchAll(/\bstruct\s+(\w+)([^;)]*?)(?=[;)]|\bstruct\b|\bconst\b)/g)];
  return (
    declarations.findLast(([, , declared = '']) =>
      declared
        .replace(/=[^,]*/g, '')
        .split(',')
        .some((one) => one.replace(/[\s*]|\[.*\]/g, '') === base),
    )?.[1] ?? null
  );
}
