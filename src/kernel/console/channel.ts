// The console held against what the guest announced on its second channel: a line for each record that went to the
// consoles, with its length and CRC-32 (include/millrace_channel.h).
import { crc32 } from 'node:zlib';
import { type Damage, maxDamageText } from '../../report/index.js';

/** What came of holding a console against the channel. */
export interface CheckedConsole {
  /** Records that the guest announced; 0 when it has no channel, and nothing could be checked. */
  readonly vouched: number;
  readonly damages: readonly Damage[];
  /** The console without carriage returns, in the pieces that the guest vouches for, and what the firmware said. */
  readonly sound: readonly Uint8Array[];
}

export interface CheckOptions {
  /** The guest ended by itself, so that nothing was on its way. */
  readonly ended: boolean;
}

interface Announced {
  readonly length: number;
  readonly sum: number;
}

/** Announced records that one damaged place may have swallowed. */
const mostSwallowed = 400;
const mostDamages = 100;
const newline = 0x0a;
const carriageReturn = 0x0d;

export function checkConsole(console: Uint8Array, channel: string, { ended }: CheckOptions): CheckedConsole {
  const { records, broken } = readChannel(channel);
  const text = withoutCarriageReturns(console);
  if (records.length === 0) return { vouched: 0, damages: broken, sound: [text] };
  const damages: Damage[] = [...broken];
  const sound: Uint8Array[] = [];

  const fits = (index: number, at: number): boolean => {
    const record = records[index];
    if (record === undefined) return false;
    const end = at + record.length;
    return text[end - 1] === newline && end <= text.length && crc32(text.subarray(at, end)) === record.sum;
  };
  /** Lines repeat, such as the rule around a report: two records in their order are no chance. */
  const anchors = (index: number, at: number): boolean => {
    const { length } = records[index] ?? { length: 0 };
    return fits(index, at) && (index + 1 === records.length || fits(index + 1, at + length));
  };
  /** Where text and records go on together. */
  const meet = (from: number, index: number): { at: number; index: number } | null => {
    for (let at = from; at < text.length; at = text.indexOf(newline, at) + 1 || text.length)
      for (let next = index; next < Math.min(records.length, index + mostSwallowed); next += 1)
        if (anchors(next, at)) return { at, index: next };
    return null;
  };
  const damaged = (from: number, to: number) => {
    const piece = Buffer.from(text.subarray(from, Math.min(to, from + 4 * maxDamageText))).toString('utf8');
    const time = /^\[ *(\d+\.\d+)\]/.exec(piece)?.[1];
    damages.push({
      kind: 'unvouched',
      text: piece.trimEnd().slice(0, maxDamageText),
      time: time === undefined ? null : Number(time),
    });
  };

  let index = 0;
  // What stands before the first record is the firmware's.
  const begin = meet(0, 0);
  let at = begin?.at ?? 0;
  let soundFrom = 0;
  if (begin === null || begin.index > 0) damaged(0, at);
  index = begin?.index ?? records.length;
  if (begin === null) soundFrom = at = text.length;
  while (index < records.length) {
    if (fits(index, at)) {
      at += records[index]?.length ?? 0;
      index += 1;
      continue;
    }
    // A guest that was ended had a record on its way.
    if (!ended && index === records.length - 1 && text.indexOf(newline, at) === -1) break;
    if (at > soundFrom) sound.push(text.subarray(soundFrom, at));
    const next = meet(at, index);
    damaged(at, next?.at ?? text.length);
    soundFrom = at = next?.at ?? text.length;
    index = next?.index ?? records.length;
  }
  if (at > soundFrom) sound.push(text.subarray(soundFrom, at));
  const rest = Buffer.from(text.subarray(at)).toString('latin1');
  if (rest.trim() !== '' && (ended || rest.trimEnd().includes('\n'))) damaged(at, text.length);
  return { vouched: records.length, damages: damages.slice(0, mostDamages), sound };
}

function readChannel(channel: string): { records: readonly Announced[]; broken: readonly Damage[] } {
  const records: Announced[] = [];
  const broken: Damage[] = [];
  const lines = channel.split('\n');
  // A guest that was ended leaves its last line unfinished.
  lines.pop();
  for (const line of lines) {
    const match = /^r ([0-9a-f]{1,8}) ([0-9a-f]{8})$/.exec(line);
    if (match === null) broken.push({ kind: 'unvouched', text: line.slice(0, maxDamageText), time: null });
    else {
      const [, length = '', sum = ''] = match;
      records.push({ length: Number.parseInt(length, 16), sum: Number.parseInt(sum, 16) });
    }
  }
  return { records, broken };
}

function withoutCarriageReturns(bytes: Uint8Array): Uint8Array {
  return bytes.includes(carriageReturn) ? bytes.filter((byte) => byte !== carriageReturn) : bytes;
}
