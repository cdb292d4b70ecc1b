// The device itself: configuration space, registers, and what device.c does at each access. It knows no QEMU, no thread
// and no clock: each call gives a value and the effects that somebody else brings about.
import { ConfigSpace } from './config-space.js';
import type { ProxyMessage } from './proxy-protocol.js';
import { RegisterFile } from './registers.js';
import type { Behaviour, Device, Effects } from './types.js';

/** What the machine is asked, beside what QEMU asks. */
export type DeviceRequest = ProxyMessage | { readonly kind: 'timer'; readonly id: number };

export interface DeviceAnswer {
  readonly value: bigint;
  readonly effects: Effects;
  /** The registers that were accessed, by index. */
  readonly touched: readonly number[];
  /** As the guest has routed it. */
  readonly interruptLine: number;
}

/** Makes the behaviour over the registers and effects that it works on. */
export type BehaviourMaker = (registers: RegisterFile, effects: () => Effects) => Behaviour;

export class DeviceMachine {
  readonly registers: RegisterFile;
  private readonly config: ConfigSpace;
  private readonly behaviour: Behaviour | null;
  private effects: Effects = noEffects();
  private gone = false;

  constructor(device: Device, behaviour: BehaviourMaker | null) {
    this.registers = new RegisterFile(device);
    this.config = new ConfigSpace(device);
    this.behaviour = behaviour?.(this.registers, () => this.effects) ?? null;
  }

  /** Errors: what device.c does wrong, as the behaviour throws it. */
  ask(request: DeviceRequest): DeviceAnswer {
    this.effects = noEffects();
    const { value, touched } = this.gone ? unanswered(request) : this.answer(request);
    if (this.effects.fault !== null) return this.faulty(request, touched);
    const { irq } = this.effects;
    if (irq !== null && !this.config.setInterrupt(irq)) this.effects.irq = false;
    return { value, touched, effects: this.effects, interruptLine: this.config.interruptLine };
  }

  /** Nobody answers: reads give ones. One that is gone asserts nothing and does nothing later. */
  private faulty(request: DeviceRequest, touched: readonly number[]): DeviceAnswer {
    if (this.effects.fault === 'removed') {
      this.gone = true;
      this.effects = { ...noEffects(), fault: 'removed', irq: false };
    }
    const { effects } = this;
    return { ...unanswered(request), touched, effects, interruptLine: this.config.interruptLine };
  }

  private answer(request: DeviceRequest): { value: bigint; touched: readonly number[] } {
    const nothing = { value: 0n, touched: [] };
    switch (request.kind) {
      case 'config-read':
        return { ...nothing, value: BigInt(this.config.read(request.offset, request.size)) };
      case 'config-write': {
        const told = this.config.write(request.offset, request.size, request.value);
        if (told !== null) this.behaviour?.told(told);
        return nothing;
      }
      case 'read': {
        const place = this.config.barAt(request.address);
        if (place === null) return unanswered(request);
        const touched = this.registers.touched(place.bar.index, place.offset, request.size);
        for (const id of touched) this.behaviour?.read(id);
        return { touched, value: this.registers.read(place.bar.index, place.offset, request.size) };
      }
      case 'write': {
        const place = this.config.barAt(request.address);
        if (place === null) return nothing;
        const done = this.registers.write(place.bar.index, place.offset, request.size, request.value);
        for (const { id, written } of done) this.behaviour?.write(id, written);
        return { value: 0n, touched: done.map(({ id }) => id) };
      }
      case 'reset':
        this.config.reset();
        this.registers.reset();
        this.behaviour?.reset();
        this.effects.irq = false;
        return nothing;
      case 'timer':
        this.behaviour?.timer(request.id);
        return nothing;
      case 'memory':
      case 'interrupt-setup':
        return nothing;
    }
  }
}

/** What nobody answers reads as ones. */
function unanswered(request: DeviceRequest): { value: bigint; touched: readonly number[] } {
  const reads = request.kind === 'read' || request.kind === 'config-read';
  return { value: reads ? (1n << BigInt(8 * request.size)) - 1n : 0n, touched: [] };
}

function noEffects(): Effects {
  return { irq: null, hold: 0, fault: null, after: [] };
}
