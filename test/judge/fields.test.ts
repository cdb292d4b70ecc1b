// A race that goes on in a function of another name, in another file: the field that both lines name tells.
import { describe, expect, it } from 'vitest';
import { judgeKernel as judge, type LineFields } from '../../src/judge/index.js';
import { fieldsOfLine } from '../../src/run/engines/index.js';
import { access, base, boot, core, frame, readByTimer, report, run, times, tw686x } from './runs.js';
import { worded } from './worded.js';

const judgeKernel = (...args: Parameters<typeof judge>) => worded(judge(...args));

const elsewhere = 'drivers/media/pci/tw686x/tw686x-dma.c';
const moved = report([
  access('read', 'interrupt', [frame('dma_restore', `${elsewhere}:12`)]),
  access('write', 'task', [frame('dma_forget', `${elsewhere}:40`)]),
]);

function at(kernel: string, file: string, line: number, struct: string | null, field: string): LineFields {
  return { kernel, file, line, fields: [{ struct, field }] };
}

const ofBase = [
  at('base', core, 102, 'tw686x_dev', 'pending_dma_en'),
  at('base', core, 133, 'tw686x_dev', 'pending_dma_en'),
];
const withMoved = (count = 1) => run(times(7, boot({ reports: times(count, moved) })), { name: 'rename' });

describe('a fix that renames the racing functions', () => {
  it('is incomplete as long as the same field races, wherever the code went', () => {
    const fields = [
      ...ofBase,
      at('rename', elsewhere, 12, null, 'pending_dma_en'),
      at('rename', elsewhere, 40, 'tw686x_dev', 'pending_dma_en'),
    ];
    const verdict = judgeKernel(tw686x, base(), withMoved(), fields);
    expect(verdict.kind).toBe('fix-incomplete');
    expect(verdict.remaining).toEqual([
      'dma_forget / dma_restore still races on tw686x_dev.pending_dma_en, reported 7 times (0 times on the base)',
    ]);
  });

  it.each([
    ['a field of another name', 'tw686x_dev', 'audio_enabled'],
    ['a field of that name in another struct', 'snd_card', 'pending_dma_en'],
  ])('is not held against the fix when what races elsewhere is %s', (_, struct, field) => {
    const fields = [
      ...ofBase,
      at('rename', elsewhere, 12, struct, field),
      at('rename', elsewhere, 40, struct, field),
    ];
    expect(judgeKernel(tw686x, base(), withMoved(), fields).kind).toBe('fix-shown');
  });

  it('is not held against the fix when the lines have two fields in common', () => {
    const both = [
      { struct: 'tw686x_dev', field: 'pending_dma_en' },
      { struct: 'tw686x_dev', field: 'pending_dma_cmd' },
    ];
    const fields = [
      ...ofBase,
      { kernel: 'rename', file: elsewhere, line: 12, fields: both },
      { kernel: 'rename', file: elsewhere, line: 40, fields: both },
    ];
    const verdict = judgeKernel(tw686x, base(), withMoved(), fields);
    expect(verdict.kind).toBe('fix-shown');
    expect(verdict.otherRaces.map(({ variable }) => variable)).toEqual([null]);
  });

  it('reads no field into a report without lines', () => {
    const bare = report([readByTimer, access('write', 'task', [frame('dma_forget')])]);
    const verdict = judgeKernel(
      tw686x,
      base(),
      run(times(7, boot({ reports: [bare] })), { name: 'rename' }),
      ofBase,
    );
    expect(verdict.otherRaces.map(({ variable }) => variable)).toEqual([null]);
  });
});

describe('the fields that a line names', () => {
  const text = [
    'static void stop(struct foo_dev *dev,',
    '                 const struct foo_ring *ring, int n)',
    '{',
    '\tstruct foo_state state = {}, *old;',
    '\tdev->pending &= ~BIT(n);',
    '\tdev->rings[n].head = ring->head;',
    '\twrite(dev, REG, dev->host->flags);',
    '\told->count++; state.count--;',
    '\treturn;',
    '}',
  ].join('\n');

  it('have the struct that the function declares for what they are reached through', () => {
    expect(fieldsOfLine(text, 5)).toEqual([{ struct: 'foo_dev', field: 'pending' }]);
    expect(fieldsOfLine(text, 8)).toEqual([{ struct: 'foo_state', field: 'count' }]);
  });

  it('end an expression of several steps, whose struct the function alone does not tell', () => {
    expect(fieldsOfLine(text, 6)).toEqual([
      { struct: null, field: 'head' },
      { struct: 'foo_ring', field: 'head' },
    ]);
    expect(fieldsOfLine(text, 7)).toEqual([{ struct: null, field: 'flags' }]);
  });

  it('are none on a line without any', () => {
    expect(fieldsOfLine(text, 9)).toEqual([]);
    expect(fieldsOfLine(text, 99)).toEqual([]);
  });
});
