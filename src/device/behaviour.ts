// device.c as WebAssembly: it can reach its registers, its interrupt line, the guest's memory and time, and nothing else.
import type { RegisterFile } from './registers.js';
import type { Behaviour, Device, Effects, GuestMemory } from './types.js';

/** What device.c did that no device can do; the text says what. */
export class DeviceFault extends Error {}

/** Timers and seconds that one call may ask for. */
const mostTimers = 64;
const mostNanoseconds = 60e9;

/** The exports that are called, each where it is there. */
type Handler = 'on_reset' | 'on_read' | 'on_write' | 'on_timer' | 'on_user';

type Call = (...values: number[]) => void;

/**
 * The behaviour in a module of its own.
 * Errors: {@link DeviceFault} for a module that wants what there is not, or has no memory.
 */
export function wasmBehaviour(
  module: WebAssembly.Module,
  registers: RegisterFile,
  effects: () => Effects,
  guest: GuestMemory,
): Behaviour {
  let memory: WebAssembly.Memory | null = null;
  const register = (id: number): number => {
    if (id >>> 0 >= registers.values.length)
      throw new DeviceFault(`it names a register ${id} that it does not have`);
    return id;
  };
  const time = (nanoseconds: bigint): number => {
    const asked = Number(BigInt.asUintN(64, nanoseconds));
    if (asked > mostNanoseconds) throw new DeviceFault(`it asks for ${asked} ns, more than a minute`);
    return asked;
  };
  const buffer = (at: number, size: number): Uint8Array => {
    const bytes = memory?.buffer.byteLength ?? 0;
    if ((at >>> 0) + (size >>> 0) > bytes) throw new DeviceFault('it names a buffer outside of its memory');
    return new Uint8Array((memory as WebAssembly.Memory).buffer, at >>> 0, size >>> 0);
  };
  const services = {
    device_read: (id: number) => registers.values[register(id)],
    device_write: (id: number, value: number) => {
      registers.values[register(id)] = value;
    },
    device_irq: (level: number) => {
      effects().irq = level !== 0;
    },
    device_dma_read: (address: bigint, at: number, size: number) =>
      guest.read(Number(BigInt.asUintN(64, address)), buffer(at, size)) ? 0 : -1,
    device_dma_write: (address: bigint, at: number, size: number) =>
      guest.write(Number(BigInt.asUintN(64, address)), buffer(at, size)) ? 0 : -1,
    device_after: (nanoseconds: bigint, id: number) => {
      const { after } = effects();
      if (after.length === mostTimers)
        throw new DeviceFault(`it sets more than ${mostTimers} timers at once`);
      after.push({ id, nanoseconds: time(nanoseconds) });
    },
    device_fail: () => {
      effects().fault ??= 'no-answer';
    },
    device_remove: () => {
      effects().fault = 'removed';
    },
    device_hold: (nanoseconds: bigint) => {
      effects().hold += time(nanoseconds);
    },
  };
  const instance = instantiate(module, services);
  if (!(instance.exports.memory instanceof WebAssembly.Memory)) throw new DeviceFault('it has no memory');
  memory = instance.exports.memory;
  const call = (name: Handler, ...values: number[]) => {
    const found = instance.exports[name];
    if (typeof found !== 'function') return;
    try {
      (found as Call)(...values);
    } catch (error) {
      if (error instanceof DeviceFault) throw new DeviceFault(`in ${name}(), ${error.message}`);
      throw new DeviceFault(`${name}() ended by ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    reset: () => call('on_reset'),
    read: (id) => call('on_read', id),
    write: (id, value) => call('on_write', id, value),
    timer: (id) => call('on_timer', id),
    told: (value) => call('on_user', value),
  };
}

function instantiate(
  module: WebAssembly.Module,
  services: Readonly<Record<string, WebAssembly.ImportValue>>,
): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, { env: services });
  } catch (error) {
    throw new DeviceFault(
      `it wants what a device does not have: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The header that a harness includes as `device_registers.h`: for each BAR, what include/millrace_registers.h wants. */
export function registersHeader({ registers, bars }: Pick<Device, 'registers' | 'bars'>): string {
  const kinds = { rw: 'READ_WRITE', ro: 'READ_ONLY', wo: 'WRITE_ONLY', w1c: 'ONE_CLEARS', rc: 'READ_CLEARS' };
  const tables = bars.map(({ index }) => {
    const rows = registers
      .filter(({ bar }) => bar === index)
      .map(
        ({ name, offset, width, access, reset }) =>
          `\t{ "${name}", ${offset}, ${width}, MILLRACE_${kinds[access]}, .reset = ${reset}u },`,
      );
    return `static const struct millrace_register device_bar${index}[] __maybe_unused = {\n${rows.join('\n')}\n};`;
  });
  return `/* Made from device.yaml: the registers of each BAR, for millrace_registers(). */\n${tables.join('\n')}\n`;
}

/** The header that device.c includes as `device.h`: a number for each register, from the description. */
export function deviceHeader(arrays: readonly { readonly name: string; readonly first: number }[]): string {
  const registers = arrays.map(({ name, first }) => `#define ${name} ${first}u`);
  return [
    '/* Made from device.yaml: the registers by name; of an array, the first. */',
    '#ifndef DEVICE_H',
    '#define DEVICE_H',
    '#include "millrace_device.h"',
    ...registers,
    '#endif',
    '',
  ].join('\n');
}
