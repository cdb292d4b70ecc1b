// Steps of executions, what they wait for and what they show to be wrong, as a record holds them; src/model/machine says
// what each means.
import { z } from 'zod';
import type { ModelSide } from '../basics.js';
import { callbackKinds, lockKinds } from '../machine/events.js';
import { findingKinds, misusedObjects, misuses } from '../machine/findings.js';
import { plainWaits, type Wait } from '../machine/waits.js';
import type { RecordedEvent } from '../observations.js';
import type { RecordedFacts, RecordedWait } from '../types.js';
import { side } from './parts.js';

const text = z.string();
const call = text.describe('The function, as C code calls it.');
const number = z.number();
const told = text.describe('As an older version worded it.');

const callback = z.enum(callbackKinds);
const lock = z.enum(lockKinds);

export const event = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('access'),
    access: z.enum(['read', 'write', 'read-write']),
    how: z.enum(['plain', 'marked', 'register', 'atomic', 'user']),
    operation: text.optional(),
  }),
  z.object({ kind: z.enum(['fence', 'exit', 'free']) }),
  z.object({
    kind: z.literal('acquire'),
    lock,
    mode: z.enum(['exclusive', 'read']),
    call,
    tried: z.boolean(),
  }),
  z.object({ kind: z.literal('release'), lock, call }),
  z.object({ kind: z.enum(['downgrade', 'wait', 'operation']), call }),
  z.object({ kind: z.literal('nesting'), call, deeper: z.boolean() }),
  z.object({
    kind: z.literal('try'),
    on: z.enum(['lock', 'semaphore', 'completion']),
    call,
    success: z.boolean(),
  }),
  z.object({ kind: z.literal('post'), call, idle: z.boolean().optional() }),
  z.object({
    kind: z.literal('callback'),
    does: z.enum(['queue', 'cancel', 'run']),
    callback: callback.nullable(),
  }),
  z.object({ kind: z.literal('interrupt-line'), does: z.enum(['enable', 'disable']), irq: number }),
  z.object({ kind: z.literal('thread'), does: z.enum(['create', 'join']), thread: number }),
  z.object({ kind: z.literal('section'), does: z.enum(['begin', 'end']) }),
  z.object({ kind: z.literal('allocate'), bytes: number }),
  z.object({ kind: z.literal('open'), file: text }),
  z.object({ kind: z.literal('print'), text }),
  z.object({ kind: z.literal('choice'), value: number, count: number }),
  z.object({ kind: z.enum(['time', 'watch']), nanoseconds: number }),
  z.object({ kind: z.literal('report'), limited: z.boolean() }),
  z.object({ kind: z.literal('told'), text: told }),
]) satisfies z.ZodType<RecordedEvent>;

const modelWait = z.discriminatedUnion('on', [
  z.object({
    on: z.enum(plainWaits),
    own: z.boolean().optional().describe('A lock that it holds itself.'),
    timed: z.boolean().optional().describe('A time limit frees it in the end.'),
  }),
  z.object({ on: z.enum(['thread-end', 'thread-park', 'interrupt-end']), who: side }),
  z.object({
    on: z.enum(['callback-turn', 'callback-end']),
    callback: callback.nullable(),
    own: z.boolean().optional(),
    who: side.optional().describe('Who runs it, or is to.'),
  }),
]) satisfies z.ZodType<Wait<ModelSide>>;

export const wait = z.discriminatedUnion('on', [
  ...modelWait.options,
  z.object({ on: z.literal('told'), text: told }),
]) satisfies z.ZodType<RecordedWait>;

const types = z.array(number);
const functionType = z.object({ parameters: types, results: types });
const fault = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['trap', 'division', 'conversion']) }),
  z.object({ kind: z.literal('call'), callee: text }),
  z.object({
    kind: z.literal('pointer-call'),
    pointer: number,
    passed: functionType,
    callee: z.object({ name: text, type: functionType }).nullable(),
  }),
]);

const wrongPlace = z.discriminatedUnion('what', [
  z.object({ what: z.enum(['freed', 'ended-thread', 'frame']), who: side }),
  z.object({ what: z.literal('beyond-block'), by: number, bytes: number }),
  z.object({ what: z.literal('beyond'), name: text, by: number, bytes: number }),
  z.object({ what: z.literal('constant'), name: text.nullable() }),
  z.object({ what: z.enum(['null', 'nothing']) }),
]);

export const findingKind = z.enum(findingKinds);

export const facts = z.discriminatedUnion('fact', [
  z.object({ fact: z.literal('race'), address: number }),
  z.object({ fact: z.enum(['invariant', 'panic']), text }),
  z.object({ fact: z.enum(['assertion', 'warning']), text: text.nullable() }),
  z.object({ fact: z.literal('reached'), call }),
  z.object({ fact: z.enum(['bug', 'endless-loop', 'recursion', 'lock-state', 'serial-order']) }),
  z.object({
    fact: z.literal('waits'),
    waits: z.array(z.object({ who: side, wait: modelWait.nullable(), loops: z.boolean() })),
  }),
  z.object({ fact: z.literal('stack'), who: side, bytes: number }),
  z.object({ fact: z.literal('trap'), fault: fault.nullable(), text }),
  z.object({
    fact: z.literal('access'),
    access: z.enum(['read', 'write']),
    size: number,
    address: number,
    place: wrongPlace,
  }),
  z.object({ fact: z.literal('freed-twice'), call, who: side }),
  z.object({ fact: z.literal('not-allocated'), call, allocate: call }),
  z.object({ fact: z.literal('held-at-end'), who: side, lock: z.enum(['mutex', 'spinlock']) }),
  z.object({
    fact: z.literal('left-behind'),
    who: side,
    left: z.array(z.enum(['irqs-off', 'preemption-off', 'RCU-section'])),
  }),
  z.object({
    fact: z.literal('sleeps'),
    call,
    where: z.enum(['hardirq', 'softirq', 'irqs-off', 'atomic', 'RCU-section']),
  }),
  z.object({ fact: z.literal('never-freed'), bytes: number.nullable() }),
  z.object({
    fact: z.literal('misuse'),
    problem: z.enum(misuses),
    call: call.optional(),
    object: z.enum(misusedObjects).optional(),
    who: side.optional(),
    number: number.optional(),
  }),
  z.object({ fact: z.literal('told'), text: told }),
]) satisfies z.ZodType<RecordedFacts>;
