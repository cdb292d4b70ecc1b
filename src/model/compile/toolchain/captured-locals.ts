// What ThreadSanitizer's pass leaves out before LLVM 21, put back into the text of the IR.
//
// The pass skips accesses to a local variable whose address nobody else can have. Before LLVM 21 it asked that of the
// pointer that is accessed, not of the variable that it points into (llvm-project issue 132739, mended by 132756): with
// `start(&pair)`, `pair.b = 1` goes through a pointer of its own, which nobody captures, and was left out. A race
// there was never seen. Which variables are captured is decided here as llvm/lib/Analysis/CaptureTracking.cpp of
// LLVM 22 does, so that every clang tells of the same accesses.

/** The first version of LLVM that tells of these accesses itself. */
export const firstWithCapturedLocals = 21;

/** Uses beyond which LLVM takes a variable for captured (`capture-tracking-max-uses-to-explore`). */
const mostUses = 100;

/** A module's text, instrumented for every access by LLVM 15 to 20, with the calls that are missing. */
export function supplyCapturedLocals(text: string): string {
  const lines = text.split('\n');
  const module = readModule(lines);
  const added = new Map<number, string>();
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at] as string;
    if (!head.startsWith('define ')) continue;
    const end = lines.indexOf('}', at);
    const attributes = module.attributesOf(head);
    if (/\bsanitize_thread\b/.test(attributes))
      supplyInFunction(lines, at + 1, end, attributes, module, added);
    at = end;
  }
  if (added.size === 0) return text;
  // The pass declares only the functions that it calls itself.
  const called = new Set([...added.values()].flatMap((line) => /@(\w+)\(/.exec(line)?.[1] ?? []));
  const undeclared = [...called].filter((name) => !module.declares(name));
  return [
    ...lines.flatMap((line, index) => [...(added.has(index) ? [added.get(index) ?? ''] : []), line]),
    ...undeclared.map((name) => `declare void @${name}(ptr)`),
    '',
  ].join('\n');
}

interface Module {
  declares(name: string): boolean;
  /** All attributes of the function whose `define` or `declare` this is. */
  attributesOf(head: string): string;
  /** Whether a function of this name says of its parameter that it does not keep it. */
  keepsNot(name: string, parameter: number): boolean;
}

function readModule(lines: readonly string[]): Module {
  const groups = new Map<string, string>();
  const parameters = new Map<string, readonly string[]>();
  for (const line of lines) {
    const group = /^attributes (#\d+) = \{(.*)\}/.exec(line);
    if (group !== null) groups.set(group[1] ?? '', group[2] ?? '');
    if (!/^(define|declare) /.test(line)) continue;
    const name = /@([\w.$-]+|"[^"]*")\(/.exec(line);
    if (name !== null) parameters.set(name[1] ?? '', splitList(line, name.index + name[0].length));
  }
  return {
    declares: (name) => parameters.has(name),
    attributesOf: (head) =>
      [head, ...[...head.matchAll(/#\d+/g)].map(([group]) => groups.get(group) ?? '')].join(' '),
    keepsNot: (name, parameter) => isNotKept(parameters.get(name)?.[parameter] ?? ''),
  };
}

const isNotKept = (parameter: string) => /\bnocapture\b|\bcaptures\(none\)|\bbyval\(/.test(parameter);

/** What stands between commas from `start` on, up to the parenthesis that closes the list. */
function splitList(text: string, start: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at++) {
    const letter = text[at] as string;
    if ('([{<'.includes(letter)) depth += 1;
    else if (letter === ')' && depth === 0) return [...parts, text.slice(from, at)];
    else if (')]}>'.includes(letter)) depth -= 1;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}

interface Instruction {
  readonly at: number;
  readonly result: string | null;
  readonly opcode: string;
  /** Without the result and the metadata behind it. */
  readonly text: string;
  readonly line: string;
}

function readInstruction(line: string, at: number): Instruction | null {
  const match = /^ {2}(?:(%\d+) = )?(?:(?:tail|musttail|notail) )?([a-z_]+) (.*)$/.exec(line);
  if (match === null) return null;
  const [, result = null, opcode = '', rest = ''] = match;
  // Debug information names values without using them: `call void @llvm.dbg.declare(metadata ptr %1, ...)`.
  if (rest.startsWith('void @llvm.dbg.')) return null;
  return { at, result, opcode, text: rest.replace(/(, ![\w.]+ !\d+)+$/, ''), line };
}

const valuesIn = (text: string): readonly string[] => text.match(/%\d+/g) ?? [];

function supplyInFunction(
  lines: readonly string[],
  start: number,
  end: number,
  attributes: string,
  module: Module,
  added: Map<number, string>,
): void {
  const instructions: Instruction[] = [];
  for (let at = start; at < end; at++) {
    const instruction = readInstruction(lines[at] as string, at);
    if (instruction !== null) instructions.push(instruction);
  }
  const uses = usesOf(instructions);
  const isNullValid = /\bnull_pointer_is_valid\b/.test(attributes);
  const variableOf = new Map<string, string>();
  const captured = new Set<string>();
  for (const { opcode, result } of instructions) {
    if (opcode !== 'alloca' || result === null) continue;
    const derived = follow(result, uses, module, isNullValid);
    if (derived.captured) captured.add(result);
    for (const pointer of derived.pointers) variableOf.set(pointer, result);
  }
  for (const [index, instruction] of instructions.entries()) {
    const access = accessOf(instruction);
    if (access === null) continue;
    const variable = variableOf.get(access.address);
    // What is accessed by the variable itself is told of already.
    if (variable === undefined || variable === access.address || !captured.has(variable)) continue;
    if (isTold(instructions, index, access.address)) continue;
    const debug = /, !dbg !\d+/.exec(instruction.line)?.[0] ?? '';
    added.set(instruction.at, `  call void @__tsan_${access.hook}(ptr ${access.address})${debug}`);
  }
}

function usesOf(instructions: readonly Instruction[]): Map<string, Instruction[]> {
  const uses = new Map<string, Instruction[]>();
  for (const instruction of instructions) {
    // What the pass has added is no use of the program's own; what it has put in the place of one is.
    if (hookCall.test(instruction.text)) continue;
    for (const value of valuesIn(instruction.text)) {
      const list = uses.get(value);
      if (list === undefined) uses.set(value, [instruction]);
      else list.push(instruction);
    }
  }
  return uses;
}

/** Tells of an access that follows. */
const hookCall = /^void @__tsan_(?:unaligned_|volatile_)*(?:read|write)\w*\(/;

/** In the place of an atomic operation or of `memcpy()` and its like: neither keeps the address. */
const standIn = /@__tsan_(?:atomic|mem)\w+\(/;

/** All pointers that lead into the variable and into no other, and whether any of them gets away. */
function follow(
  variable: string,
  uses: ReadonlyMap<string, readonly Instruction[]>,
  module: Module,
  isNullValid: boolean,
): { captured: boolean; pointers: ReadonlySet<string> } {
  const pointers = new Set([variable]);
  const waiting = [variable];
  let captured = false;
  let count = 0;
  for (let pointer = waiting.pop(); pointer !== undefined; pointer = waiting.pop())
    for (const use of uses.get(pointer) ?? []) {
      count += 1;
      if (derives(use, pointer)) {
        if (use.result !== null && !pointers.has(use.result)) {
          pointers.add(use.result);
          waiting.push(use.result);
        }
      } else if (captures(use, pointer, pointer === variable && !isNullValid, module)) captured = true;
    }
  return { captured: captured || count > mostUses, pointers };
}

function derives({ opcode, text }: Instruction, pointer: string): boolean {
  if (opcode === 'select') return !text.startsWith(`i1 ${pointer},`);
  return ['getelementptr', 'bitcast', 'addrspacecast', 'phi'].includes(opcode);
}

/** @param mayBeTested whether a comparison of it with NULL says nothing */
function captures(use: Instruction, pointer: string, mayBeTested: boolean, module: Module): boolean {
  const { opcode, text } = use;
  const isVolatile = /^(?:atomic )?(?:weak )?volatile /.test(text);
  switch (opcode) {
    case 'load':
      return isVolatile;
    case 'store':
    case 'atomicrmw':
    case 'cmpxchg':
      return (
        isVolatile ||
        addressOf(use) !== pointer ||
        valuesIn(text).filter((value) => value === pointer).length > 1
      );
    case 'icmp':
      return !(mayBeTested && /^(eq|ne) ptr %\d+, null$/.test(text));
    case 'call':
      return capturesInCall(use, pointer, module);
    default:
      return opcode !== 'va_arg';
  }
}

function capturesInCall(use: Instruction, pointer: string, module: Module): boolean {
  const { text } = use;
  if (standIn.test(text)) return false;
  const callee = /(?:@([\w.$-]+|"[^"]*")|%\d+|"[^"]*")\(/.exec(text);
  if (callee === null) return true;
  const [matched, name = ''] = callee;
  const list = splitList(text, callee.index + matched.length);
  return list.some(
    (argument, index) =>
      valuesIn(argument).includes(pointer) && !isNotKept(argument) && !module.keepsNot(name, index),
  );
}

/** Of a store or an atomic operation; only a store has it behind the value. */
function addressOf({ opcode, text }: Instruction): string | undefined {
  return (opcode === 'store' ? /^.*, ptr (%\d+)/ : /ptr (%\d+)/).exec(text)?.[1];
}

/** A plain access, and the function that the pass would call for it. */
function accessOf({ opcode, text, line }: Instruction): { address: string; hook: string } | null {
  if ((opcode !== 'load' && opcode !== 'store') || text.startsWith('atomic ') || line.includes('!nosanitize'))
    return null;
  const match =
    opcode === 'load'
      ? /^(volatile )?(.+), ptr (%\d+), align (\d+)/.exec(text)
      : /^(volatile )?(\S+|\{.*\}|\[.*\]|<.*>) .*, ptr (%\d+), align (\d+)/.exec(text);
  if (match === null) return null;
  const [, isVolatile, type = '', address = '', align = ''] = match;
  const size = sizeOf(type);
  if (size === null) return null;
  const aligned = Number(align) >= 8 || Number(align) % size === 0;
  const kind = `${aligned ? '' : 'unaligned_'}${isVolatile === undefined ? '' : 'volatile_'}`;
  return { address, hook: `${kind}${opcode === 'load' ? 'read' : 'write'}${size}` };
}

const accessSizes: readonly number[] = [1, 2, 4, 8, 16];

/** Bytes of a value that the pass has a function for; null when it has none. */
function sizeOf(type: string): number | null {
  const named = { ptr: 4, half: 2, float: 4, double: 8, fp128: 16 }[type];
  if (named !== undefined) return named;
  const bits = /^i(\d+)$/.exec(type)?.[1];
  const vector = /^<(\d+) x (\S+)>$/.exec(type);
  const bytes =
    bits !== undefined
      ? Math.ceil(Number(bits) / 8)
      : vector === null
        ? 0
        : Number(vector[1]) * (sizeOf(vector[2] ?? '') ?? 0);
  return accessSizes.includes(bytes) ? bytes : null;
}

/** Instructions behind which the call for an access cannot be. */
const betweenAccesses = new Set(['load', 'store', 'call', 'br', 'switch', 'ret', 'unreachable']);

/** Whether the pass has put its call in front of the access: there, with no other access between. */
function isTold(instructions: readonly Instruction[], index: number, address: string): boolean {
  for (let before = index - 1; before >= 0; before--) {
    const { opcode, text } = instructions[before] as Instruction;
    if (hookCall.test(text)) return valuesIn(text)[0] === address;
    if (betweenAccesses.has(opcode)) return false;
  }
  return false;
}
