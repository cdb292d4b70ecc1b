// YAML with positions: any value of a document can be found again by line and column.
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { displayPath, inputError, type Location, type MillraceError } from '../base/index.js';

/** Keys and indices from the top of a document to a value. */
export type ValuePath = readonly PropertyKey[];

export interface YamlDocument {
  readonly value: unknown;
  /** Where the value at `path` stands (its key, for one that has a key); the nearest enclosing one when it is absent. */
  locate(path: ValuePath): Location;
}

/** Parses `text`; `path` is only named in locations. Returns the problems when it is no YAML, all of them. */
export function parseYaml(text: string, path: string): YamlDocument | readonly MillraceError[] {
  const file = displayPath(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locationOf = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if (document.errors.length > 0)
    return document.errors.map((error) =>
      inputError(error.message, { at: locationOf(error.pos[0]), hint: 'Mend the YAML.' }),
    );
  try {
    const value: unknown = document.toJS();
    return { value, locate: (valuePath) => locationOf(offsetOf(document.contents, valuePath)) };
  } catch (cause) {
    // Aliases that are unknown, or that multiply beyond the parser's limit.
    const message = cause instanceof Error ? cause.message : String(cause);
    return [
      inputError(message, {
        at: { file, line: 1 },
        hint: 'Write the values out in place of aliases.',
        cause,
      }),
    ];
  }
}

function offsetOf(contents: Node | null, path: ValuePath): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
