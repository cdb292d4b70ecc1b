// Logs that lost characters on the way: what the reader can tell by the text alone.
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createConsoleReader, type Damage, parseHarnessCounts } from '../../src/report/index.js';

const head = `[    0.700000] KTAP version 1
[    0.700000] 1..1
[    0.700000]     KTAP version 1
[    0.700000]     # Subtest: mill
[    0.700000]     1..2
[    8.700000]     # stop_and_turn: millrace: rounds=3753 overlaps=112 violations=0 ms=8002
[    8.710000]     ok 1 stop_and_turn
`;
const counts = '[   16.800000]     # two_stops: millrace: rounds=1690 overlaps=22 violations=0 ms=8011\n';
const end = `[   16.810000]     ok 2 two_stops
[   16.815000] # mill: pass:2 fail:0 skip:0 total:2
[   16.820000] ok 1 mill
`;

function read(log: string) {
  const damages: Damage[] = [];
  const tests: string[] = [];
  let ended = false;
  const reader = createConsoleReader({
    onDamage: (damage) => damages.push(damage),
    onTest: ({ path }) => tests.push(path.join('.')),
    onKtapEnd: () => {
      ended = true;
    },
  });
  reader.write(log);
  reader.end();
  return { damages, tests, ended };
}

describe('a log', () => {
  it('that lost nothing is not damaged', () => {
    expect(read(head + counts + end)).toEqual({
      damages: [],
      tests: ['mill.stop_and_turn', 'mill.two_stops', 'mill'],
      ended: true,
    });
  });

  it('whose result ran into the line of statistics has no test of that name', () => {
    const lost = end.replace(/_stops\n.*fail:0/, '');
    const result = { kind: 'result', text: 'ok 2 two skip:0 total:2', time: 16.81 };
    const right = { damages: [result], tests: ['mill.stop_and_turn', 'mill'], ended: true };
    expect(read(head + counts + lost)).toEqual(right);
    expect(read(head + lost)).toEqual(right);
  });

  it('whose result has another name than its counts gives it to neither', () => {
    const { damages, tests } = read(head + counts + end.replace('two_stops', 'two_sops'));
    expect(damages).toEqual([{ kind: 'result', text: 'ok 2 two_sops', time: 16.81 }]);
    expect(tests).toEqual(['mill.stop_and_turn', 'mill']);
  });

  it('whose suite ends under another name than it began gives no such suite', () => {
    const { damages, tests } = read(head + counts + end.replace('ok 1 mill', 'ok 1 ill'));
    expect(damages.map(({ text }) => text)).toEqual(['ok 1 ill']);
    expect(tests).toEqual(['mill.stop_and_turn', 'mill.two_stops']);
  });

  it('whose counts do not fit their checksum has no such counts', () => {
    const { damages } = read(head + counts.replace('rounds', 'sum=01234567 rounds') + end);
    expect(damages).toEqual([{ kind: 'counts', text: expect.stringContaining('sum=01234567'), time: 16.8 }]);
  });

  it('in which the kernel itself dropped messages says so', () => {
    const { damages } = read(`${head}** 12 printk messages dropped **\n${counts}${end}`);
    expect(damages).toEqual([{ kind: 'dropped', text: '** 12 printk messages dropped **', time: 8.71 }]);
  });
});

describe("the harness's counts", () => {
  const text = 'rounds=10 overlaps=3 violations=1 ms=8000';
  const sum = crc32(`two_stops ${text}`).toString(16).padStart(8, '0');
  const line = `two_stops: millrace: sum=${sum} ${text}`;

  it('are read with their checksum, and as older harnesses print them', () => {
    const right = { test: 'two_stops', rounds: 10, overlaps: 3, violations: 1, milliseconds: 8000 };
    expect(parseHarnessCounts(line)).toEqual(right);
    expect(parseHarnessCounts(`two_stops: millrace: ${text}`)).toEqual(right);
    expect(parseHarnessCounts('two_stops: millrace: a side did not end within a second')).toBeNull();
  });

  it('are never taken from a line that lost or doubled any one character', () => {
    for (let at = 0; at < line.length; at += 1) {
      const lost = line.slice(0, at) + line.slice(at + 1);
      const twice = line.slice(0, at + 1) + line.slice(at);
      for (const mangled of [lost, twice]) {
        const read = parseHarnessCounts(mangled);
        expect(read === null || read === 'damaged', mangled).toBe(true);
      }
    }
  });
});
