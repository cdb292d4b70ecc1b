// What setup leaves is put back before each execution instead of running setup again: nothing may tell the two apart.
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { findModelCompiler } from '../../src/model/compile/index.js';
import type { RacePair } from '../../src/model/detect/index.js';
import { makeStrategy, type StrategyName } from '../../src/model/explore/index.js';
import { Outcomes, testEntry } from '../../src/model/kernel-test/index.js';
import type { Program } from '../../src/model/link/index.js';
import {
  Grain,
  type Incident,
  type KernelMachine,
  kernelMachine,
  plainMode,
} from '../../src/model/machine/index.js';
import { compilePrograms, linkPlainC } from '../../src/model/plain-c/index.js';
import { checkOptions } from './programs.js';

const fixtures = ['setup_tests', 'kernel_tests'];
const strategies: StrategyName[] = ['dpor', 'bounded', 'pct', 'random'];
/** Of each test and strategy. */
const mostExecutions = 40;
const prefix = 'millrace_test_';

/** In no execution: its history is all of one. */
const nothing: Incident = {
  kind: 'data-race',
  facts: { fact: 'race', address: 0 },
  sites: [],
  contexts: [],
  key: '',
};

interface Subject {
  /** One that runs setup once, one that runs it each time; both for all tests, one after the other. */
  readonly once: KernelMachine;
  readonly always: KernelMachine;
  readonly tests: readonly string[];
}

const subjects: Subject[] = [];

beforeAll(async () => {
  const files = fixtures.map((name) => [fileURLToPath(new URL(`fixtures/${name}.c`, import.meta.url))]);
  const compiled = await compilePrograms(await findModelCompiler(), files, { cflags: ['-w'] });
  for (const wasm of compiled) {
    const program = await linkPlainC(wasm as Uint8Array);
    const [once, always] = [machineFor(program), machineFor(program)];
    always.machine.repeatsSetup = true;
    const tests = Object.keys(once.machine.exports)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    subjects.push({ once, always, tests });
  }
});

function machineFor(program: Program): KernelMachine {
  return kernelMachine(program, { steps: 3000, memory: 0 });
}

/** A test on a machine, and all that one execution more shows of itself. */
function prepare(kernel: KernelMachine, name: string, strategyName: StrategyName) {
  const { machine } = kernel;
  let setups = 0;
  let races: string[] = [];
  const grain = Grain.finest(machine.program);
  grain.refined = 0;
  const mode = {
    ...plainMode,
    eager: strategyName === 'dpor',
    grain,
    onRace: (pair: RacePair) => void races.push(JSON.stringify(pair)),
  };
  const outcomes = new Outcomes(machine);
  const entry = testEntry(kernel, name, {
    began: () => {
      setups++;
      outcomes.began();
    },
    joined: () => outcomes.joined(),
  });
  const strategy = makeStrategy({ ...checkOptions, strategy: strategyName });
  return {
    setups: () => setups,
    execute: () => {
      races = [];
      const ending = machine.execute(strategy, entry, mode);
      const { incidents, steps, time, layout, heap, bytes, count, living } = machine;
      const memory = [
        bytes.subarray(layout.dataStart, layout.dataEnd),
        ...heap.blocks.map(({ address, size }) => bytes.subarray(address, address + size)),
      ].map((part) => Buffer.from(part).toString('latin1'));
      if (ending === 'refine') strategy.restart();
      const goesOn = ending === 'refine' || strategy.advance();
      const { blocks, live } = heap;
      const walk = machine.historyOf(nothing);
      const seen = { ending, races, incidents, walk, steps, time, count, living, blocks, live };
      return { seen: JSON.stringify({ ...seen, goesOn, refined: machine.refined }), memory, goesOn };
    },
    summary: () =>
      JSON.stringify([outcomes.counts(), outcomes.serialOutcomes().map(({ words }) => [...words])]),
  };
}

function compare({ once: oneMachine, always: otherMachine }: Subject, name: string, strategy: StrategyName) {
  const once = prepare(oneMachine, name, strategy);
  const always = prepare(otherMachine, name, strategy);
  let executions = 0;
  for (let goesOn = true; goesOn && executions < mostExecutions; executions++) {
    const expected = always.execute();
    expect(once.execute(), `${name}, ${strategy}, execution ${executions}`).toEqual(expected);
    goesOn = expected.goesOn;
  }
  expect(once.summary()).toBe(always.summary());
  return { executions, setups: once.setups() };
}

it.each(strategies)(
  'under %s, each execution of each test is the one that it would be after setup',
  (strategy) => {
    for (const subject of subjects) for (const name of subject.tests) compare(subject, name, strategy);
  },
);

it('setup runs once for all executions', () => {
  const { executions, setups } = compare(subjects[0] as Subject, 'memory_racing', 'bounded');
  expect(executions).toBeGreaterThan(1);
  expect(setups).toBe(1);
});

it('setup runs each time when something of it has to be chosen', () => {
  const { executions, setups } = compare(subjects[0] as Subject, 'work_done', 'bounded');
  expect(executions).toBeGreaterThan(1);
  expect(setups).toBe(executions);
});
