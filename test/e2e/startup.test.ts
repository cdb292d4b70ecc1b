// What the command line loads: a command that is not run is not read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../dist/cli');

/** The files that Node reads before `file` runs. */
function readWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:^|;)import[^;]*?"\.\/(chunk-[^"]+)"/gm)) readWith(name, seen);
  return seen;
}

function commandChunk(command: string): string | undefined {
  return readdirSync(folder).find(
    (file) =>
      file.startsWith(`chunk-${command}-`) &&
      readFileSync(join(folder, file), 'utf8').includes(`${command}Command`),
  );
}

it('--version and --help read no command, and few files', () => {
  const files = [...readWith('main.js')];
  const commands = ['run', 'check', 'report', 'new', 'doctor'];
  for (const command of commands)
    expect(files.filter((file) => file.startsWith(`chunk-${command}-`))).toEqual([]);
  expect(files.length).toBeGreaterThan(2);
  expect(files.length).toBeLessThan(12);
  expect(commandChunk('check')).toBeDefined();
});

it('a command reads neither the compiler nor what makes modules switchable until it needs them', () => {
  const check = commandChunk('check') ?? '';
  const imported = [...readWith(check)].flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:^|;)import[^;]*?"([^".][^"]*)"/gm)].map(
      ([, name]) => name,
    ),
  );
  expect(imported.length).toBeGreaterThan(3);
  expect(imported).not.toContain('@observablehq/plot');
  expect(imported).not.toContain('@yowasp/clang');
  expect(imported).not.toContain('web-tree-sitter');
});
