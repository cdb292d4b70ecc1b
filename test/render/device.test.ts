// What every result says of virtual hardware, and of no other.
import { expect, test } from 'vitest';
import type { Evidence } from '../../src/evidence/index.js';
import { amplifierTexts, deviceActivity, deviceLimits } from '../../src/render/virtual-device.js';

type Boots = readonly { readonly device?: object }[];

function evidenceOf(...kernels: readonly Boots[]): Evidence {
  return {
    engines: [{ engine: 'kernel', kernels: kernels.map((boots) => ({ boots })) }],
  } as unknown as Evidence;
}

const held = { register: 'DMA_CMD', access: 'read', count: 2, nanoseconds: 50e6 };
const activity = { reads: 10, writes: 5, interrupts: 1, held: [held], unanswered: [], removed: false };

test('what a device did is counted over all boots of base and fix', () => {
  expect(deviceActivity(evidenceOf([{ device: activity }, {}], [{ device: activity }]))).toEqual({
    boots: 2,
    reads: 20,
    writes: 10,
    interrupts: 2,
    held: [{ ...held, count: 4, nanoseconds: 100e6 }],
    unanswered: [],
    removed: false,
  });
});

test('an amplifier is named with its register, how often and by how much', () => {
  expect(amplifierTexts(activity as never)).toEqual([
    'Amplified: the virtual device answered 2 reads of DMA_CMD late on purpose, by 25 ms each, which makes windows wider than the chip does.',
  ]);
});

test('faults on purpose are named', () => {
  const faulty = { ...activity, held: [], unanswered: [{ register: 'STATUS', count: 3 }], removed: true };
  expect(amplifierTexts(faulty as never)).toEqual([
    'Fault on purpose: the virtual device did not answer 3 reads of STATUS, which gave all ones.',
    'Fault on purpose: the virtual device was removed while the driver had it.',
  ]);
});

test('a run says that its hardware is virtual, with amplifiers or without; one without a device says nothing', () => {
  expect(deviceLimits(evidenceOf([{ device: activity }]))).toHaveLength(2);
  expect(deviceLimits(evidenceOf([{ device: { ...activity, held: [] } }]))).toHaveLength(1);
  expect(deviceLimits(evidenceOf([{}]))).toEqual([]);
});
