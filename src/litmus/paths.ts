// All ways through one process: its events for each value that its reads may have. Registers carry the reads that
// their value depends on, as herd7's dependencies do.
import { inputError } from '../base/index.js';
import type { AccessOrder, LkmmEvent } from '../lkmm/index.js';
import type { Expression, Process, Rmw, Statement } from './types.js';

/** One way through a process. */
export interface Path {
  readonly events: readonly LkmmEvent[];
  /** Final values. */
  readonly registers: ReadonlyMap<string, number>;
  /** It ends at an access to what is no location. */
  readonly fault: { readonly line: number; readonly address: number } | null;
}

/** Values that a location may have, by location; a location that is not there is none. */
export type Domain = ReadonlyMap<number, ReadonlySet<number>>;

interface Value {
  readonly value: number;
  readonly from: ReadonlySet<number>;
}

/** The process comes to an access to what is no location. */
class Fault extends Error {
  readonly line: number;
  readonly address: number;

  constructor(line: number, address: number) {
    super();
    this.line = line;
    this.address = address;
  }
}

export function pathsOf(process: Process, domain: Domain, file: string): readonly Path[] {
  const paths: Path[] = [];
  // The choices of one way after the other, the last one counted up first.
  const choices: number[] = [];
  const counts: number[] = [];
  for (;;) {
    const walk = new Walk(process, domain, file, choices, counts);
    let fault: Fault | null = null;
    try {
      walk.statements(process.body);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      fault = error;
    }
    paths.push({ events: walk.events, registers: walk.finalRegisters(), fault });
    choices.length = walk.taken;
    counts.length = walk.taken;
    let last = choices.length - 1;
    while (last >= 0 && (choices[last] as number) + 1 >= (counts[last] as number)) last--;
    if (last < 0) return paths;
    choices[last] = (choices[last] as number) + 1;
    choices.length = last + 1;
    counts.length = last + 1;
  }
}

const nothing: ReadonlySet<number> = new Set();

class Walk {
  readonly events: LkmmEvent[] = [];
  taken = 0;
  private readonly registers = new Map<string, Value>();
  private control: ReadonlySet<number> = nothing;
  private readonly domain: Domain;
  private readonly file: string;
  private readonly choices: number[];
  private readonly counts: number[];

  constructor(process: Process, domain: Domain, file: string, choices: number[], counts: number[]) {
    this.domain = domain;
    this.file = file;
    this.choices = choices;
    this.counts = counts;
    for (const [name, value] of process.registers) this.registers.set(name, { value, from: nothing });
  }

  finalRegisters(): ReadonlyMap<string, number> {
    return new Map([...this.registers].map(([name, { value }]) => [name, value]));
  }

  statements(body: readonly Statement[]): void {
    for (const statement of body) this.statement(statement);
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'assign':
        this.registers.set(statement.register, this.evaluate(statement.value));
        return;
      case 'evaluate':
        this.evaluate(statement.value);
        return;
      case 'fence':
        this.add({ kind: statement.fence, line: statement.line });
        return;
      case 'store': {
        const address = this.evaluate(statement.address);
        const value = this.evaluate(statement.value);
        this.access('write', statement.order, address, value, statement.line);
        return;
      }
      case 'lock': {
        const address = this.evaluate(statement.address);
        this.lock(address, statement.line);
        return;
      }
      case 'unlock':
      case 'sync-srcu': {
        const address = this.evaluate(statement.address);
        this.add({
          kind: statement.kind,
          location: this.location(address, statement.line),
          address: [...address.from],
          line: statement.line,
        });
        return;
      }
      case 'if': {
        const condition = this.evaluate(statement.condition);
        const before = this.control;
        this.control = union(before, condition.from);
        this.statements(condition.value !== 0 ? statement.yes : statement.no);
        this.control = before;
      }
    }
  }

  private evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'number':
        return { value: expression.value, from: nothing };
      case 'register':
        // herd7 lets an unset register be 0, too.
        return this.registers.get(expression.name) ?? { value: 0, from: nothing };
      case 'unary': {
        const operand = this.evaluate(expression.operand);
        return { value: unary(expression.operator, operand.value), from: operand.from };
      }
      case 'binary': {
        const left = this.evaluate(expression.left);
        const right = this.evaluate(expression.right);
        return {
          value: binary(expression.operator, left.value, right.value, this.file),
          from: union(left.from, right.from),
        };
      }
      case 'conditional': {
        const condition = this.evaluate(expression.condition);
        const chosen = this.evaluate(condition.value !== 0 ? expression.yes : expression.no);
        return { value: chosen.value, from: union(condition.from, chosen.from) };
      }
      case 'load': {
        const address = this.evaluate(expression.address);
        return this.read(address, expression.order, false, expression.line);
      }
      case 'rmw':
        return this.rmw(expression.operation, expression.line);
      case 'trylock': {
        const address = this.evaluate(expression.address);
        if (this.choose(2) === 0) {
          this.lock(address, expression.line);
          return { value: 1, from: nothing };
        }
        return { value: 0, from: this.look('lock-fail', address, expression.line) };
      }
      case 'is-locked': {
        const address = this.evaluate(expression.address);
        return this.choose(2) === 0
          ? { value: 1, from: this.look('lock-fail', address, expression.line) }
          : { value: 0, from: this.look('read-unlocked', address, expression.line) };
      }
    }
  }

  private rmw(operation: Rmw, line: number): Value {
    const address = this.evaluate(operation.address);
    const compared = operation.condition === null ? null : this.evaluate(operation.condition.value);
    const stored =
      'store' in operation.update
        ? this.evaluate(operation.update.store)
        : this.evaluate(operation.update.operand);
    const location = this.location(address, line);
    const old = this.value(location);
    const stores = operation.condition === null || (old === compared?.value) === operation.condition.isEqual;
    const { order } = operation;
    if (stores && order === 'mb') this.add({ kind: 'mb', line });
    const readOrder = stores && (order === 'acquire' || order === 'noreturn') ? order : 'once';
    const from = this.readOf(location, old, readOrder, address, true, line);
    const read = this.events.length - 1;
    const result = { value: old, from };
    if (!stores)
      return operation.returns === 'stored'
        ? { value: 0, from: union(from, compared?.from ?? nothing) }
        : result;
    const updated: Value =
      'store' in operation.update
        ? stored
        : {
            value: binary(operation.update.operator, old, stored.value, this.file),
            from: union(from, stored.from),
          };
    this.add({
      kind: 'write',
      order: order === 'release' ? 'release' : 'once',
      location,
      value: updated.value,
      address: [...address.from],
      data: [...updated.from],
      // Whether a compare-exchange stores depends on what it read.
      control: operation.condition === null ? [] : [read],
      rmwRead: read,
      atomic: true,
      line,
    });
    if (order === 'mb') this.add({ kind: 'mb', line });
    if (operation.returns === 'new') return updated;
    if (operation.returns === 'stored') return { value: 1, from };
    return result;
  }

  private lock(address: Value, line: number): void {
    const location = this.location(address, line);
    this.add({ kind: 'lock-read', location, address: [...address.from], line });
    this.add({
      kind: 'lock-write',
      location,
      address: [...address.from],
      rmwRead: this.events.length - 1,
      line,
    });
  }

  private look(kind: 'lock-fail' | 'read-unlocked', address: Value, line: number): ReadonlySet<number> {
    this.add({ kind, location: this.location(address, line), address: [...address.from], line });
    return new Set([this.events.length - 1]);
  }

  private read(address: Value, order: AccessOrder, atomic: boolean, line: number): Value {
    const location = this.location(address, line);
    const value = this.value(location);
    return { value, from: this.readOf(location, value, order, address, atomic, line) };
  }

  private readOf(
    location: number,
    value: number,
    order: AccessOrder,
    address: Value,
    atomic: boolean,
    line: number,
  ): ReadonlySet<number> {
    this.add({ kind: 'read', order, location, value, address: [...address.from], atomic, line });
    return new Set([this.events.length - 1]);
  }

  private access(kind: 'write', order: AccessOrder, address: Value, value: Value, line: number): void {
    this.add({
      kind,
      order,
      location: this.location(address, line),
      value: value.value,
      address: [...address.from],
      data: [...value.from],
      line,
    });
  }

  private add(event: Partial<LkmmEvent> & Pick<LkmmEvent, 'kind' | 'line'>): void {
    this.events.push({
      order: null,
      location: null,
      value: 0,
      address: [],
      data: [],
      rmwRead: null,
      atomic: false,
      ...event,
      control: [...union(this.control, new Set(event.control ?? []))],
    });
  }

  private location({ value }: Value, line: number): number {
    if (!this.domain.has(value)) throw new Fault(line, value);
    return value;
  }

  private value(location: number): number {
    const values = [...(this.domain.get(location) ?? [])];
    return values[this.choose(values.length)] as number;
  }

  private choose(count: number): number {
    const at = this.taken++;
    if (at === this.choices.length) {
      this.choices.push(0);
      this.counts.push(count);
    }
    return this.choices[at] as number;
  }
}

function union(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  return new Set([...a, ...b]);
}

function unary(operator: string, value: number): number {
  if (operator === '-') return -value;
  if (operator === '~') return ~value;
  if (operator === '!') return value === 0 ? 1 : 0;
  return value;
}

function binary(operator: string, a: number, b: number, file: string): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? 0 : Math.trunc(a / b);
    case '%':
      return b === 0 ? 0 : a % b;
    case '&':
      return a & b;
    case '&~':
      return a & ~b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '&&':
      return Number(a !== 0 && b !== 0);
    case '||':
      return Number(a !== 0 || b !== 0);
    default:
      throw inputError(`${file}: the operator ${operator} is none of a litmus test`);
  }
}
