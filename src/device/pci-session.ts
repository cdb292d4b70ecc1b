// A PCI device behind one QEMU: answers what QEMU asks, moves the interrupt line, and keeps the device's time.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceFailure, type DeviceHost } from './device-host.js';
import type { DeviceAnswer, DeviceRequest } from './machine.js';
import {
  encodeAnswer,
  ProxyDecoder,
  type ProxyMessage,
  ProxyProtocolError,
  wantsAnswer,
} from './proxy-protocol.js';
import { Qtest, setLine } from './qtest.js';
import type { Device } from './types.js';

/** An answer that the device held back: the register, how it was accessed, how often and for how long in all. */
export interface HeldAccess {
  readonly register: string;
  readonly access: 'read' | 'write';
  readonly count: number;
  readonly nanoseconds: number;
}

/** What a device has done in one boot. */
export interface DeviceActivity {
  readonly reads: number;
  readonly writes: number;
  /** How often it asserted its interrupt line. */
  readonly interrupts: number;
  readonly held: readonly HeldAccess[];
  /** Reads that it left without an answer on purpose, by register. */
  readonly unanswered: readonly { readonly register: string; readonly count: number }[];
  /** Whether it removed itself. */
  readonly removed: boolean;
}

export interface PciSessionOptions {
  readonly device: Device;
  readonly host: DeviceHost;
  /** QEMU's x-pci-proxy-dev is at the other end. */
  readonly proxy: Duplex;
  /** QEMU's qtest is at the other end. */
  readonly qtest: Duplex;
  /** Where QEMU writes its process id: its memory file is found by that. */
  readonly pidFile: string;
  /** Called once, when the device cannot go on. */
  readonly onFailure: (failure: DeviceFailure) => void;
}

export interface PciSession {
  /** Ends the device; what it has done. */
  end(): DeviceActivity;
}

const idleLine = 0xff;

export function startPciSession(options: PciSessionOptions): PciSession {
  const { device, host, proxy, onFailure } = options;
  const decoder = new ProxyDecoder();
  const qtest = new Qtest(options.qtest);
  const timers = new Map<number, NodeJS.Timeout>();
  const held = new Map<string, HeldAccess>();
  const counts = { reads: 0, writes: 0, interrupts: 0 };
  const unanswered = new Map<string, number>();
  let removed = false;
  let level = false;
  let hasMemory = false;
  let ended = false;
  // One after the other: the device sees its accesses and its time in one order.
  let last: Promise<void> = Promise.resolve();

  const fail = (error: unknown) => {
    if (ended) return;
    end();
    if (error instanceof DeviceFailure) onFailure(error);
    else if (error instanceof ProxyProtocolError)
      onFailure(new DeviceFailure(`QEMU sent what this version does not know: ${error.message}`));
    else onFailure(new DeviceFailure(String(error instanceof Error ? error.stack : error)));
  };
  const enqueue = (step: () => Promise<void>) => {
    last = last.then(async () => {
      if (!ended) await step();
    });
    last.catch(fail);
    last = last.catch(() => {});
  };
  const bringAbout = async (answer: DeviceAnswer, request: DeviceRequest) => {
    const { irq, hold, after, fault } = answer.effects;
    const registers = () => answer.touched.map((id) => device.registers[id]?.name).join(', ');
    if (fault === 'no-answer') unanswered.set(registers(), (unanswered.get(registers()) ?? 0) + 1);
    if (fault === 'removed') removed = true;
    for (const { id, nanoseconds } of after) {
      clearTimeout(timers.get(id));
      timers.set(
        id,
        setTimeout(() => {
          timers.delete(id);
          enqueue(() => serve({ kind: 'timer', id }));
        }, nanoseconds / 1e6),
      );
    }
    if (irq !== null && irq !== level) await setInterrupt(irq, answer.interruptLine);
    if (hold > 0) {
      count(held, device, answer, request, hold);
      await sleep(hold / 1e6);
    }
  };
  const setInterrupt = async (asserted: boolean, line: number) => {
    if (device.interrupt === 'none')
      throw new DeviceFailure('it asserts an interrupt line, and its description has `interrupt: none`');
    if (line === 0 || line === idleLine) return;
    level = asserted;
    if (asserted) counts.interrupts += 1;
    const said = await qtest.command(setLine(line, asserted));
    if (!said.startsWith('OK')) throw new DeviceFailure(`QEMU did not take its interrupt: ${said}`);
  };
  const serve = async (request: DeviceRequest) => {
    if (!hasMemory && (request.kind === 'timer' || request.kind === 'write' || request.kind === 'memory')) {
      const path = memoryFile(options.pidFile);
      if (path !== null) {
        host.ask({ kind: 'memory-file', path });
        hasMemory = true;
      }
    }
    if (request.kind === 'read') counts.reads += 1;
    if (request.kind === 'write') counts.writes += 1;
    const answer = host.ask(request);
    await bringAbout(answer, request);
    if (request.kind !== 'timer' && wantsAnswer(request)) proxy.write(encodeAnswer(answer.value));
  };
  const end = () => {
    ended = true;
    for (const timer of timers.values()) clearTimeout(timer);
    host.end();
  };

  proxy.on('data', (chunk: Buffer) => {
    let messages: readonly ProxyMessage[] = [];
    try {
      messages = decoder.push(chunk);
    } catch (error) {
      fail(error);
    }
    for (const message of messages) enqueue(() => serve(message));
  });
  // QEMU is gone: whoever started it says why.
  for (const socket of [proxy, options.qtest]) socket.on('error', () => {});
  return {
    end: () => {
      end();
      return {
        ...counts,
        held: [...held.values()],
        unanswered: [...unanswered].map(([register, times]) => ({ register, count: times })),
        removed,
      };
    },
  };
}

function count(
  held: Map<string, HeldAccess>,
  device: Device,
  { touched }: DeviceAnswer,
  { kind }: DeviceRequest,
  hold: number,
): void {
  const access = kind === 'write' ? 'write' : 'read';
  const register = touched.map((id) => device.registers[id]?.name).join(', ');
  const key = `${access} ${register}`;
  const before = held.get(key);
  held.set(key, {
    register,
    access,
    count: (before?.count ?? 0) + 1,
    nanoseconds: (before?.nanoseconds ?? 0) + hold,
  });
}

/** The file that is a guest's memory; null as long as QEMU has not said its process id. */
function memoryFile(pidFile: string): string | null {
  try {
    const folder = `/proc/${readFileSync(pidFile, 'utf8').trim()}/fd`;
    const name = readdirSync(folder).find((fd) =>
      linkOf(`${folder}/${fd}`).startsWith('/memfd:memory-backend'),
    );
    return name === undefined ? null : `${folder}/${name}`;
  } catch {
    return null;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
