// Places in a case that wait for a hand: TODO comments, as `millrace new` writes them.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { caseFileName } from './load.js';
import type { Case } from './types.js';

/** A place that waits for a hand. */
export interface Todo {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The TODO comments of a file's text. */
export function todosIn(file: string, text: string): readonly Todo[] {
  return text.split('\n').flatMap((line, index) => {
    const found = /\bTODO: (.*?)(?:\s*\*\/)?$/.exec(line)?.[1];
    return found === undefined ? [] : [{ file, line: index + 1, text: found }];
  });
}

/** Those of a case: its case.yaml and its harness. */
export async function openTodos({ directory, harness }: Case): Promise<readonly Todo[]> {
  const texts = await Promise.all(
    [join(directory, caseFileName), harness].map(
      async (path) => [basename(path), await readFile(path, 'utf8')] as const,
    ),
  );
  return texts.flatMap(([file, text]) => todosIn(file, text));
}
