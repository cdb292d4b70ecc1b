// A machine made ready to explore one test of a harness.
import { runSerialOrders, type SerialLimits } from '../explore/index.js';
import { Outcomes, testEntry } from '../kernel-test/index.js';
import type { Program } from '../link/index.js';
import { type KernelMachine, kernelMachine, type MachineLimits } from '../machine/index.js';

/** Orders in which no side interrupts another, run before all else to know what they end in. */
const mostSerialOrders = 5000;

export interface TestMachine {
  readonly kernel: KernelMachine;
  readonly entry: (argument: number) => number;
  /** Of every execution of {@link entry}; it knows the serial orders. */
  readonly outcomes: Outcomes;
  readonly areSerialKnown: boolean;
}

/** Errors: `input` when the harness has no test of that name. */
export async function testMachine(
  program: Program,
  limits: MachineLimits,
  name: string,
  { maxTime, signal }: Pick<SerialLimits, 'maxTime' | 'signal'>,
): Promise<TestMachine> {
  const kernel = kernelMachine(program, limits);
  const outcomes = new Outcomes(kernel.machine);
  const entry = testEntry(kernel, name, outcomes);
  const areSerialKnown = await runSerialOrders(kernel.machine, entry, {
    maxSchedules: mostSerialOrders,
    maxTime,
    signal,
  });
  outcomes.serialKnown();
  return { kernel, entry, outcomes, areSerialKnown };
}
