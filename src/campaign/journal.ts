// What was planned, begun and ended, in SQLite: each step is on the disk before the next one is taken, so that whoever
// comes after a crash knows where to go on. Several processes may use one journal; a job is one's own for a time.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { environmentError } from '../base/index.js';
import { isAlive, markThisProcess, type ProcessMark } from '../record/index.js';
import { parseJob } from './job.js';
import type { Plan } from './plan.js';
import { type JobEnd, type JobResult, jobResultSchema } from './result.js';

/** `failed`: every try came to nothing by the machine's doing. */
export type JobState = 'waiting' | 'running' | 'done' | 'failed';

export interface JobStatus {
  readonly state: JobState;
  readonly result: JobResult | null;
  /** Tries that failed, the oldest first, with their reasons. */
  readonly failures: readonly string[];
  /** Tries that ended with the process that made them. */
  readonly cutOff: number;
}

export interface CampaignEntry {
  readonly id: string;
  readonly file: string;
  readonly plan: Plan;
  /** UTC. */
  readonly created: string;
}

const schema = `
create table if not exists campaigns (
  id text primary key, file text not null, plan text not null, created text not null, begun text not null
);
create table if not exists jobs (
  key text primary key, state text not null, owner text, result text,
  -- Tries of earlier campaigns do not count towards the limit of the present one.
  since integer not null default 0
);
create table if not exists tries (
  id integer primary key, key text not null references jobs(key), began text not null, ended text,
  how text, reason text
);
create index if not exists tries_of_key on tries(key);
`;

/** Grows when an older Millrace could go wrong on the newer form. */
const format = 1;

/** Milliseconds to wait for another process that writes. */
const patience = 30_000;

export class Journal {
  private readonly db: DatabaseSyncInstance;
  private readonly owner = JSON.stringify(markThisProcess());

  /** Makes the file if there is none. Errors: `environment` for a file that cannot be used. */
  constructor(path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.db = new DatabaseSync(path, { timeout: patience });
      this.db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
      const { user_version: found } = this.db.prepare('pragma user_version').get() as {
        user_version: number;
      };
      if (found > format)
        throw environmentError(`${path} was made by a newer Millrace`, { hint: 'Use that one.' });
      this.db.exec(`begin immediate; ${schema} pragma user_version = ${format}; commit`);
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'MillraceError') throw cause;
      throw environmentError(`cannot keep a journal in ${path}: ${(cause as Error).message}`, {
        hint: 'Work in a folder that can be written to; if the file is damaged, remove it: results are found again.',
        cause,
      });
    }
  }

  close(): void {
    this.db.close();
  }

  /**
   * The campaign of this file that was begun last; null when there is none. Errors: `input` for one that another version
   * has planned.
   */
  lastOf(file: string): CampaignEntry | null {
    const row = this.db
      .prepare('select * from campaigns where file = ? order by begun desc limit 1')
      .get(file) as { id: string; file: string; plan: string; created: string } | undefined;
    if (row === undefined) return null;
    const plan = JSON.parse(row.plan) as Plan;
    return { ...row, plan: { ...plan, jobs: plan.jobs.map(parseJob) } };
  }

  /** Enters the plan and its jobs. Those that failed before are to be tried again. */
  begin(file: string, plan: Plan): void {
    const now = new Date().toISOString();
    this.transaction(() => {
      this.db
        .prepare(
          'insert into campaigns values (?, ?, ?, ?, ?) on conflict(id) do update set begun = excluded.begun, file = excluded.file',
        )
        .run(plan.id, file, JSON.stringify(plan), now, now);
      const enter = this.db.prepare("insert or ignore into jobs(key, state) values (?, 'waiting')");
      const again = this.db.prepare(
        `update jobs set state = 'waiting',
           since = (select coalesce(max(id), 0) from tries where tries.key = jobs.key)
         where key = ? and state = 'failed'`,
      );
      for (const { key } of plan.jobs) {
        enter.run(key);
        again.run(key);
      }
    });
  }

  /** Jobs that a process began which is no more wait again. Resolves to their number. */
  freeAbandoned(): number {
    return this.transaction(() => {
      const running = this.db.prepare("select key, owner from jobs where state = 'running'").all() as {
        key: string;
        owner: string;
      }[];
      const abandoned = running.filter(({ owner }) => !isAlive(JSON.parse(owner) as ProcessMark));
      for (const { key } of abandoned) {
        this.endTry(key, 'cut off', null);
        this.db.prepare("update jobs set state = 'waiting', owner = null where key = ?").run(key);
      }
      return abandoned.length;
    });
  }

  /** Makes a waiting job this process's own. False where it does not wait: another has it, or it is done. */
  claim(key: string): boolean {
    return this.transaction(() => {
      const { changes } = this.db
        .prepare("update jobs set state = 'running', owner = ? where key = ? and state = 'waiting'")
        .run(this.owner, key);
      if (changes === 0) return false;
      this.db.prepare('insert into tries(key, began) values (?, ?)').run(key, new Date().toISOString());
      return true;
    });
  }

  /** Enters how a try ended; after `attempts` of them that failed, the job has. */
  settle(key: string, end: JobEnd, attempts: number): void {
    this.transaction(() => {
      if (end.kind === 'done') {
        this.endTry(key, 'done', null);
        this.setDone(end.result);
        return;
      }
      this.endTry(key, 'failed', end.reason);
      const state = this.status(key).failures.length >= attempts ? 'failed' : 'waiting';
      this.db.prepare('update jobs set state = ?, owner = null where key = ?').run(state, key);
    });
  }

  /** Gives a job back that was not brought to an end. */
  release(key: string): void {
    this.transaction(() => {
      this.endTry(key, 'interrupted', null);
      this.db
        .prepare("update jobs set state = 'waiting', owner = null where key = ? and state = 'running'")
        .run(key);
    });
  }

  /** A result that was found, of a job that nobody does at the moment. */
  adopt(result: JobResult): void {
    this.transaction(() => this.setDone(result));
  }

  /** A result that is gone is to be had anew. */
  forget(key: string): void {
    this.db
      .prepare("update jobs set state = 'waiting', result = null where key = ? and state = 'done'")
      .run(key);
  }

  status(key: string): JobStatus {
    const row = this.db.prepare('select state, result, since from jobs where key = ?').get(key) as
      | { state: JobState; result: string | null; since: number }
      | undefined;
    if (row === undefined) return { state: 'waiting', result: null, failures: [], cutOff: 0 };
    const tries = this.db
      .prepare('select how, reason from tries where key = ? and id > ? order by id')
      .all(key, row.since) as { how: string | null; reason: string | null }[];
    return {
      state: row.state,
      result: row.result === null ? null : jobResultSchema.parse(JSON.parse(row.result)),
      failures: tries.flatMap(({ how, reason }) => (how === 'failed' ? [reason ?? ''] : [])),
      cutOff: tries.filter(({ how }) => how === 'cut off').length,
    };
  }

  private setDone(result: JobResult): void {
    this.db
      .prepare("update jobs set state = 'done', owner = null, result = ? where key = ?")
      .run(JSON.stringify(result), result.key);
  }

  private endTry(key: string, how: string, reason: string | null): void {
    this.db
      .prepare('update tries set ended = ?, how = ?, reason = ? where key = ? and ended is null')
      .run(new Date().toISOString(), how, reason, key);
  }

  private transaction<T>(work: () => T): T {
    this.db.exec('begin immediate');
    try {
      const value = work();
      this.db.exec('commit');
      return value;
    } catch (error) {
      this.db.exec('rollback');
      throw error;
    }
  }
}
