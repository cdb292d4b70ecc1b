// A campaign whose process is killed again and again, and what has to be true of it afterwards.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { execa } from 'execa';
import { expect } from 'vitest';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

export interface KillingRequest {
  readonly folder: string;
  readonly file: string;
  /** At most; fewer where it comes to its end before. */
  readonly kills: number;
  /** Milliseconds from its start to the kill with this number. */
  readonly after: (kill: number) => number;
  /** Of `millrace campaign`. */
  readonly options?: readonly string[];
}

/** Starts the campaign, kills it with SIGKILL, goes on with it, and so on; then lets it come to its end. */
export async function killAndResume({ folder, file, kills, after, options = [] }: KillingRequest) {
  let killed = 0;
  const campaign = (...more: string[]) =>
    execa(process.execPath, [main, 'campaign', file, ...options, '--json', '--quiet', ...more], {
      reject: false,
      cwd: folder,
    });
  for (let kill = 0; kill < kills; kill += 1) {
    // Killed while it planned, there is nothing to go on with yet: without --resume it finds what there is.
    const child = campaign();
    const timer = setTimeout(() => child.kill('SIGKILL'), after(kill));
    const { signal } = await child;
    clearTimeout(timer);
    if (signal !== 'SIGKILL') break;
    killed += 1;
  }
  const { stdout, stderr } = await campaign();
  expect(stderr).toBe('');
  return { killed, view: JSON.parse(stdout) };
}

/** Every job has one result and was counted once; nothing is left over and nothing runs. */
export function expectAllOnce(folder: string, jobs: number): void {
  const home = join(folder, '.millrace/campaigns');
  const results = readdirSync(join(home, 'results'));
  expect(results).toHaveLength(jobs);
  for (const key of results)
    expect(JSON.parse(readFileSync(join(home, 'results', key, 'result.json'), 'utf8')).key).toBe(key);
  expect(readdirSync(join(home, 'scratch'))).toEqual([]);
  expect(readdirSync(join(home, 'damaged'))).toEqual([]);
  const db = new DatabaseSync(join(home, 'journal.db'), { readOnly: true });
  try {
    expect(db.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    const states = db.prepare('select state, count(*) as jobs from jobs group by state').all();
    expect(states).toEqual([{ state: 'done', jobs }]);
    expect(db.prepare('select key from tries where ended is null').all()).toEqual([]);
    expect(
      db.prepare("select key from tries where how = 'done' group by key having count(*) > 1").all(),
    ).toEqual([]);
  } finally {
    db.close();
  }
  expect(processesNaming(folder)).toEqual([]);
}

/** The command lines of processes that have `text` in theirs. */
function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return line.includes(text) ? [line.replaceAll('\0', ' ').slice(0, 200)] : [];
      } catch {
        return [];
      }
    });
}
