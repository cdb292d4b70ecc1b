// What an execution shows to be wrong, in English: phrases without a full stop.
import { plural } from '../base/index.js';
import type {
  FindingFacts,
  FunctionType,
  MisuseFacts,
  ModelConflict,
  ModelFinding,
  ModelPlace,
  ModelSide,
  ModelWait,
  RecordedFacts,
  WrongPlace,
} from '../model/index.js';
import { waitText } from './waits.js';

/** `nameOf`: of a context, `T1` or the side that it is. */
export function factsText<Who>(
  facts: FindingFacts<Who> | { readonly fact: 'told'; readonly text: string },
  nameOf: (who: Who) => string,
): string {
  switch (facts.fact) {
    case 'told':
      return facts.text;
    case 'race':
      return `data race at 0x${facts.address.toString(16)}`;
    case 'invariant':
      return `broken invariant: ${facts.text}`;
    case 'assertion':
      return facts.text === null ? 'an assertion failed' : `assertion failed: ${facts.text}`;
    case 'reached':
      return facts.call === 'abort' ? 'abort() was called' : `${facts.call}() was reached`;
    case 'warning':
      return facts.text ?? 'WARN_ON() holds';
    case 'panic':
      return `the kernel panics: ${facts.text}`;
    case 'bug':
      return 'BUG(), or a place that the compiler knows to be the end';
    case 'waits': {
      const waits = facts.waits.map(({ who, wait, loops }) =>
        loops ? `${nameOf(who)} waits in a loop` : `${nameOf(who)} waits for ${waitText(wait, nameOf)}`,
      );
      return `${facts.waits.some(({ loops }) => loops) ? 'nobody can go on: ' : ''}${waits.join(', ')}`;
    }
    case 'endless-loop':
      return 'no end: a loop goes on without an operation';
    case 'stack':
      return `the stack of ${nameOf(facts.who)} has ${facts.bytes / 1024} KiB, and a function needs more`;
    case 'recursion':
      return 'calls nest too deep';
    case 'trap':
      return trapText(facts);
    case 'access':
      return `${facts.access} of ${plural(facts.size, 'byte')} at ${placeText(facts.place, facts.address, nameOf)}`;
    case 'freed-twice':
      return `${facts.call}() of a block that ${nameOf(facts.who)} has freed`;
    case 'not-allocated':
      return `${facts.call}() of what ${facts.allocate}() did not give`;
    case 'held-at-end':
      return `${nameOf(facts.who)} ended and still holds a ${facts.lock}`;
    case 'left-behind':
      return `${nameOf(facts.who)} ended with ${facts.left.map((one) => leftBehind[one]).join(' and ')}`;
    case 'sleeps':
      return `${callText(facts.call)} may sleep ${noSleep[facts.where]}`;
    case 'lock-state':
      return 'inconsistent lock state: taken in an interrupt, and with that interrupt enabled';
    case 'never-freed':
      return facts.bytes === null
        ? 'per-CPU memory is never freed'
        : `${plural(facts.bytes, 'byte')} ${facts.bytes === 1 ? 'is' : 'are'} never freed`;
    case 'serial-order':
      return 'ends in a state that no serial order of the sides gives';
    case 'misuse':
      return misuseText(facts, nameOf);
  }
}

const leftBehind = {
  'irqs-off': 'interrupts off',
  'preemption-off': 'preemption or bottom halves off',
  'RCU-section': 'an RCU read section open',
} as const;

const noSleep = {
  hardirq: 'in a hardirq',
  softirq: 'in a softirq',
  'irqs-off': 'with interrupts off',
  atomic: 'in atomic context: a spinlock is held, or preemption is off',
  'RCU-section': 'in an RCU read section',
} as const;

/** What may sleep is mostly a function. */
function callText(call: string): string {
  return sleepers[call] ?? `${call}()`;
}

const sleepers: Readonly<Record<string, string>> = {
  'user-access': 'an access of user memory',
  GFP_KERNEL: 'an allocation with GFP_KERNEL',
  might_sleep: 'a call that',
};

function trapText({ fault, text }: Extract<FindingFacts, { fact: 'trap' }>): string {
  switch (fault?.kind) {
    case undefined:
    case 'division':
    case 'conversion':
      return text;
    case 'trap':
      return 'a trap: __builtin_trap(), or what was said to be unreachable';
    case 'call':
      return `call of ${fault.callee}() with other arguments than it is defined with`;
    case 'pointer-call': {
      const { callee, pointer, passed } = fault;
      if (callee === null)
        return pointer === 0
          ? 'call through a null pointer'
          : 'call through a pointer that points to no function';
      return `call of ${callee.name}() through a pointer of another type: it is ${typeText(callee.type)}, and called as ${typeText(passed)}`;
    }
  }
}

/** Of WebAssembly's types, since those are what has to agree: a pointer is an int. */
function typeText({ parameters, results }: FunctionType): string {
  const words: Record<number, string> = { 127: 'int', 126: 'long long', 125: 'float', 124: 'double' };
  const list = (types: readonly number[]) => types.map((type) => words[type] ?? '?').join(', ') || 'void';
  return `${list(results)} (${list(parameters)})`;
}

function placeText<Who>(place: WrongPlace<Who>, address: number, nameOf: (who: Who) => string): string {
  const at = `address 0x${address.toString(16)}`;
  switch (place.what) {
    case 'freed':
      return `memory that ${nameOf(place.who)} has freed`;
    case 'ended-thread':
      return `a thread-local variable of ${nameOf(place.who)}, which has ended`;
    case 'beyond-block':
      return `${place.by} bytes beyond a block of ${place.bytes}`;
    case 'null':
      return `address ${address}, a null pointer`;
    case 'frame':
      return `${at}, in the stack of ${nameOf(place.who)}, where no function has variables`;
    case 'constant':
      return place.name === null ? 'a constant' : `${place.name}, a constant`;
    case 'beyond':
      return `${place.by} bytes beyond ${place.name}, which has ${place.bytes}`;
    case 'nothing':
      return `${at}, which belongs to nothing`;
  }
}

const objects: Readonly<Record<NonNullable<MisuseFacts['object']>, string>> = {
  spinlock: 'spinlock',
  mutex: 'mutex',
  rwlock: 'read-write lock',
  semaphore: 'semaphore',
  condition: 'condition',
  barrier: 'barrier',
  'DMA-pool': 'DMA pool',
  'slab-cache': 'slab cache',
  'kernel-thread': 'kernel thread',
};

/** How an object is in use that is destroyed. */
const uses: Partial<Record<NonNullable<MisuseFacts['object']>, string>> = {
  rwlock: 'is held',
  mutex: 'is locked',
  condition: 'threads wait on',
  barrier: 'threads wait at',
};

function misuseText<Who>(
  { problem, call, object, who, number }: MisuseFacts<Who>,
  nameOf: (who: Who) => string,
): string {
  const of = object === undefined ? 'an object' : objects[object];
  const by = who === undefined ? 'another context' : nameOf(who);
  switch (problem) {
    case 'no-object':
      return `${call === undefined ? 'use' : `${call}()`} of what is no ${of}`;
    case 'never-initialised':
      return `the ${of} was never initialised`;
    case 'not-initialised':
      return `the ${of} was never initialised, or was destroyed`;
    case 'in-use':
      return number === undefined
        ? `${call}() of a ${of} that ${object === undefined ? 'is in use' : uses[object]}`
        : `${call}() with ${plural(number, object === 'DMA-pool' ? 'block' : 'object')} in use`;
    case 'not-held':
      return `${call}() ${call === 'pthread_cond_wait' ? 'with' : 'of'} a ${of} that the context does not hold`;
    case 'not-locked':
      return `${call}() of a ${of} that is not locked`;
    case 'held-by-other':
      return `${call}() of a ${of} that ${by} holds`;
    case 'in-interrupt':
      return `${call}() in interrupt context`;
    case 'awaits-itself':
      return `${call}() in a hardirq, which may have interrupted the very callback`;
    case 'readers-inside':
      return `${call}() with readers inside`;
    case 'outside-section':
      return `${call}() outside a read section`;
    case 'no-beginning':
      return `${call}() without a beginning`;
    case 'posted-twice':
      return `${call}() twice for one object`;
    case 'other-cache':
      return `${call}() to another cache than the object came from`;
    case 'not-mapped':
      return `${call}() of what is not mapped`;
    case 'not-mapped-so':
      return `${call}() of what is not mapped, or with another size`;
    case 'not-requested':
      return `${call}() of interrupt ${number}, which was not requested for that device`;
    case 'not-disabled':
      return `${call}() of interrupt ${number}, which is not disabled`;
    case 'no-action':
      return `${call}(${number}), for which open_softirq() was never called`;
    case 'no-callback':
      return 'a timer was armed that has no callback';
    case 'outside-kthread':
      return `${call}() in what is no kernel thread`;
    case 'no-function':
      return `${call}() of something that is no function`;
    case 'before-setjmp':
      return 'longjmp() before setjmp()';
    case 'other-thread':
      return `longjmp() to where ${by} called setjmp()`;
    case 'returned-function':
      return 'longjmp() into a function that has returned';
    case 'joined-already':
      return `join of ${by}, which was joined already`;
    case 'detached-already':
      return `join of ${by}, which was detached already`;
    case 'gone-already':
      return `detach of ${by}, which was joined or detached`;
    case 'reference-count':
      return 'a reference count was used after it reached 0, or overflowed';
  }
}

/** `stop_streaming (CPU 0)`. */
export function sideText({ name, cpu }: Pick<ModelSide, 'name' | 'cpu'>): string {
  return `${name} (CPU ${cpu})`;
}

/** A context by its number, as programs of their own call threads. */
export function threadText(context: number): string {
  return `T${context}`;
}

/** The facts of a case's finding. Setup waits for the sides in every deadlock: that goes without saying. */
export function recordedText(facts: RecordedFacts): string {
  if (facts.fact !== 'waits') return factsText(facts, sideText);
  return factsText({ ...facts, waits: facts.waits.filter(({ wait }) => wait?.on !== 'sides') }, sideText);
}

/** What an execution shows, with its places. */
export function incidentText({
  kind,
  facts,
  places,
}: Pick<ModelFinding, 'kind' | 'facts' | 'places'>): string {
  const where = places.map(({ function: name, file, line }) => `${name}() ${file}:${line}`).join(' and ');
  const text = recordedText(facts);
  const what = kind === 'data-race' ? 'data race' : kind === 'assertion' ? text : `${kind}: ${text}`;
  return `${what}, ${where}`;
}

/** The finding in one sentence without a full stop: each lock of a deadlock with its holder, where they are known. */
export function findingText({ facts, waits }: Pick<ModelFinding, 'facts' | 'waits'>): string {
  return waits.some(({ lock }) => lock !== null) ? waits.map(holdersText).join('; ') : recordedText(facts);
}

function holdersText({ side, wait, lock, holders }: ModelWait): string {
  const what = waitText(wait, sideText);
  const waits = `${sideText(side)} waits for ${lock === null ? what : `${lock}, ${what}`}`;
  if (holders.length === 0) return waits;
  const held = holders.map(({ side: holder, taken }) => {
    const who = holder.name === side.name ? 'itself' : holder.name;
    return `${who} since ${taken.function}() ${shortPlace(taken)}`;
  });
  return `${waits}, held by ${held.join(' and ')}`;
}

/** How two sides got in each other's way, in one sentence without a full stop. */
export function conflictText({ kind, places, values }: Pick<ModelConflict, 'kind' | 'places' | 'values'>) {
  const at = (index: number) => {
    const place = places[index];
    return place === undefined ? '?' : `${place.function}() at ${shortPlace(place)}`;
  };
  const name = (index: number) => values[index]?.name ?? '?';
  const value = (index: number) => values[index]?.value ?? '?';
  if (kind === 'lost-update') {
    const [read, , overwrites] = places;
    const where = read?.line === overwrites?.line ? 'before' : `at line ${read?.line}`;
    return `${name(1)}: ${at(1)} writes ${value(1)}, and ${at(2)}, having read ${value(0)} ${where}, writes ${value(2)} over it`;
  }
  return `${name(0)} and ${name(1)}: ${at(0)} reads ${value(0)}, which ${at(2)} wrote, and ${at(1)} reads ${value(1)}, which ${at(3)} was still to replace by ${value(3)}`;
}

function shortPlace({ file, line }: ModelPlace): string {
  return `${file.split('/').at(-1)}:${line}`;
}
