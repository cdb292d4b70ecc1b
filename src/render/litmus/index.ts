// What the kernel's memory model says of a litmus test, as lines for a terminal.
import type { LitmusResult, Witness, WitnessAccess } from '../../litmus/index.js';
import type { Flag } from '../../lkmm/index.js';
import { printable, wrapLines } from '../terminal/index.js';

const flagTexts: Readonly<Record<Flag, string>> = {
  'data-race': 'Data race: two accesses, at least one of them plain and one a write, that nothing orders.',
  'mixed-accesses': 'Plain writes and marked accesses of one location stand together without a barrier.',
  'unmatched-rcu-lock': 'An rcu_read_lock() has no rcu_read_unlock().',
  'unmatched-rcu-unlock': 'An rcu_read_unlock() has no rcu_read_lock().',
  'unmatched-srcu-lock': 'An srcu_read_lock() has no srcu_read_unlock().',
  'unmatched-srcu-unlock': 'An srcu_read_unlock() has no srcu_read_lock().',
  'multiple-srcu-matches': 'The value of one srcu_read_lock() reaches several srcu_read_unlock().',
  'srcu-bad-value-match': 'An srcu_read_unlock() is given another value than its srcu_read_lock() returned.',
  'invalid-sleep': 'synchronize_srcu() sleeps between rcu_read_lock() and rcu_read_unlock().',
  'unmatched-unlock': 'A spin_unlock() has no spin_lock().',
  'mixed-lock-accesses': 'A lock is accessed as if it were a variable.',
};

const doing: Readonly<Partial<Record<WitnessAccess['does'], string>>> = {
  'lock-write': 'take',
  unlock: 'release',
  'lock-fail': 'find held',
  'read-unlocked': 'find free',
  'sync-srcu': 'synchronize_srcu',
};

/** `columns`: of the terminal. */
export function renderLitmus(result: LitmusResult, columns = 80): string {
  const lines: string[] = [];
  const add = (text: string, first = 0, rest = first) =>
    lines.push(...wrapLines(printable(text), columns, { first, rest }));
  add(result.file === result.name ? result.name : `${result.file}: ${result.name}`);
  if (result.executions === 0) {
    add('No execution ends: a lock is taken twice, is never released, or nothing passes the filter.', 2);
  } else {
    add(
      `${count(result.states.length, 'state')} in ${count(result.executions, 'execution')}: all that the kernel's memory model allows`,
      2,
    );
    for (const state of result.states)
      add(
        `${state.holds ? '* ' : ''}${state.text === '' ? '(nothing is asked)' : state.text}  execution ${state.first}${state.executions > 1 ? ` and ${state.executions - 1} more` : ''}`,
        state.holds ? 2 : 4,
        6,
      );
    if (result.thinAir) add('S1 stands for any value: the model lets it come out of thin air.', 2, 4);
  }
  add(
    `Observation ${result.name} ${result.observation} ${result.positive} ${result.executions - result.positive}`,
    2,
  );
  if (result.executions > 0)
    add(`${result.quantifier} ${result.conditionText}: ${result.holds ? 'holds' : 'does not hold'}`, 2, 4);
  for (const flag of result.flags) add(`Flag ${flag}. ${flagTexts[flag]}`, 2, 4);
  if (result.expected !== null)
    add(
      `${result.asExpected ? 'As' : 'Not as'} the file says: Result: ${result.expected.observation}${result.expected.race ? ' DATARACE' : ''}`,
      2,
    );
  if (result.witness !== null) witnessLines(result.witness, add);
  return `${lines.join('\n')}\n`;
}

function witnessLines(witness: Witness, add: (text: string, first?: number, rest?: number) => void): void {
  add(`Execution ${witness.execution}, which ends with ${witness.state}`, 2);
  let process = -1;
  for (const access of witness.accesses) {
    if (access.process !== process) add(`P${access.process}`, 4);
    process = access.process;
    add(`line ${access.line}: ${accessText(access)}`, 6, 8);
  }
  for (const { location, writes } of witness.coherence)
    add(
      `${location} is written in this order: ${writes
        .map(({ process, line, value }) =>
          process === null ? `${value} at the beginning` : `${value} by P${process} in line ${line}`,
        )
        .join(', ')}`,
      4,
      6,
    );
}

function accessText({ does, order, location, value, from, newer }: WitnessAccess): string {
  const what = doing[does];
  if (what !== undefined) return `${what} ${location}`;
  const marking = order === null || order === 'plain' ? '' : ` (${order})`;
  if (does === 'write') return `write${marking} ${location} = ${value}`;
  if (does !== 'read') return does;
  const source = from === null ? 'the initial value' : `written by P${from.process} in line ${from.line}`;
  const stale = newer === 0 ? '' : `; ${newer} newer ${newer === 1 ? 'write is' : 'writes are'} not seen`;
  return `read${marking} ${location}: ${value}, ${source}${stale}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
