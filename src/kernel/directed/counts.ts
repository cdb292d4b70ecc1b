// What a directed boot said: the counts of its rounds, in which of them a report came, and where a side waited.
import { crc32 } from 'node:zlib';

/** Counted in the guest (millrace_tell_directed(), include/millrace_directed.h). */
export interface DirectedCounts {
  readonly test: string;
  /** Rounds in which the schedule was to be played. */
  readonly rounds: number;
  /** All turns came in their order. */
  readonly played: number;
  /** Played, and an invariant did not hold in the end. */
  readonly harmed: number;
  /** A turn did not come to its end in time. */
  readonly late: number;
  /** A side came to its end, and not to its point. */
  readonly strayed: number;
  /** Not all sides came to their doors. */
  readonly absent: number;
  /** The turn, from 0, that was late first; 0 where none was. */
  readonly lateTurn: number;
  /** Rounds before those, in which two accesses of a race were to meet, and met. */
  readonly meetings: number;
  readonly met: number;
}

const countLine =
  /^(\S+): millrace-directed: sum=([0-9a-f]{8}) (rounds=(\d+) played=(\d+) harmed=(\d+) late=(\d+) strayed=(\d+) absent=(\d+) turn=(\d+) meetings=(\d+) met=(\d+))$/;

/** Of a diagnostic line of KTAP's; null when it is about something else, `damaged` when its sum is not right. */
export function parseDirectedCounts(diagnostic: string): DirectedCounts | 'damaged' | null {
  const match = countLine.exec(diagnostic);
  if (match === null) return /: millrace-directed: /.test(diagnostic) ? 'damaged' : null;
  const [, test = '', sum = '', counts = '', ...numbers] = match;
  if (Number.parseInt(sum, 16) !== crc32(`${test} ${counts}`)) return 'damaged';
  const [
    rounds = 0,
    played = 0,
    harmed = 0,
    late = 0,
    strayed = 0,
    absent = 0,
    lateTurn = 0,
    meetings = 0,
    met = 0,
  ] = numbers.map(Number);
  return { test, rounds, played, harmed, late, strayed, absent, lateTurn, meetings, met };
}

/** A side that did not come on, and where it stood. */
export interface WaitingSide {
  readonly test: string;
  readonly side: string;
  /** From 0. */
  readonly turn: number;
  /** Innermost first. */
  readonly stack: readonly string[];
  /** The innermost function of a lock, a completion or the like that it stands in; null when it stands in none. */
  readonly waitsIn: string | null;
}

const frame =
  /^(?:\[ *\d+\.\d+\])?(?:\[[^\]]*\])?\s*(?:RIP: \d+:)?([A-Za-z_][\w.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/;
/** Functions that somebody waits in (kernel/locking/, kernel/sched/completion.c, kernel/workqueue.c, v6.12). */
const waiting =
  /^(?:_raw_(?:spin|read|write)_lock\w*|(?:native_)?queued_(?:spin|read|write)_lock_slowpath|__mutex_lock\w*|mutex_lock\w*|rwsem_down_\w+|down_(?:read|write)\w*|__down\w*|wait_for_completion\w*|__flush_work|__cancel_work\w*|cancel_work_sync|disable_work_sync|(?:__)?(?:timer_delete|del_timer)_sync|synchronize_\w+|osq_lock|tasklet_kill|kthread_stop)$/;

/** From the console of one boot. */
export function waitingSides(console: string): WaitingSide[] {
  const found: WaitingSide[] = [];
  const begin = /millrace-waits: test=(\w+) turn=(\d+) side=(.*?)\r?$/;
  const lines = console.split('\n');
  for (const [index, line] of lines.entries()) {
    const [, test, turn, side] = begin.exec(line) ?? [];
    if (test === undefined) continue;
    const behind = lines.slice(index + 1, index + 200);
    const end = behind.findIndex((one) => /millrace-waits: |millrace-round: /.test(one));
    const names = behind.slice(0, end < 0 ? behind.length : end).flatMap((one) => frame.exec(one)?.[1] ?? []);
    const stack = names.filter((name, at) => name !== names[at - 1]);
    found.push({
      test,
      side: side ?? '',
      turn: Number(turn),
      stack,
      waitsIn: stack.find((name) => waiting.test(name)) ?? null,
    });
  }
  return found;
}

/** How many reports came before the first meeting of a race ended, and before the first round of the schedule did. */
export interface EarlyReports {
  readonly inFirstMeeting: number;
  readonly inFirstRound: number;
}

/**
 * Of a console in its order: reports of `title` (a part of the title's line), by test.
 * The markers are printed at the end of what they count.
 */
export function roundOfReports(
  console: string,
  isTitle: (line: string) => boolean,
): Map<string, EarlyReports> {
  const found = new Map<string, EarlyReports>();
  let open = { meeting: 0, round: 0, meetings: 0, rounds: 0 };
  const fresh = () => ({ meeting: 0, round: 0, meetings: 0, rounds: 0 });
  for (const line of console.split('\n')) {
    if (/millrace-meeting: \d/.test(line)) open.meetings += 1;
    else if (/millrace-round: 1\b/.test(line)) open.rounds += 1;
    else if (isTitle(line)) {
      if (open.meetings === 0) open.meeting += 1;
      if (open.rounds === 0) open.round += 1;
    }
    const test = /# (\w+): millrace-directed: /.exec(line)?.[1];
    if (test === undefined) continue;
    found.set(test, { inFirstMeeting: open.meetings > 0 ? open.meeting : 0, inFirstRound: open.round });
    open = fresh();
  }
  return found;
}
