// The protocol between QEMU's x-pci-proxy-dev and the process that has the device: hw/remote/mpqemu-link.c and
// include/hw/remote/mpqemu-link.h, QEMU 7.2. Little-endian; a header of 16 bytes, then the payload.

/** enum MPQemuCmd. */
const commands = {
  syncSysmem: 0,
  ret: 1,
  configWrite: 2,
  configRead: 3,
  barWrite: 4,
  barRead: 5,
  setIrqfd: 6,
  deviceReset: 7,
} as const;

const headerBytes = 16;
const configBytes = 12;
const barBytes = 24;
/** REMOTE_MAX_FDS regions, each with an address, a size and an offset. */
const regionCount = 8;
const sysmemBytes = regionCount * 3 * 8;

/** A piece of guest memory, and where it is in the file that holds all of it. */
export interface MemoryRegion {
  readonly address: number;
  readonly size: number;
  readonly offset: number;
}

export type ProxyMessage =
  | { readonly kind: 'memory'; readonly regions: readonly MemoryRegion[] }
  | { readonly kind: 'config-read'; readonly offset: number; readonly size: number }
  | { readonly kind: 'config-write'; readonly offset: number; readonly size: number; readonly value: number }
  | { readonly kind: 'read'; readonly address: bigint; readonly size: number }
  | { readonly kind: 'write'; readonly address: bigint; readonly size: number; readonly value: bigint }
  | { readonly kind: 'interrupt-setup' }
  | { readonly kind: 'reset' };

/** QEMU waits for an answer to all but these. */
export function wantsAnswer({ kind }: ProxyMessage): boolean {
  return kind !== 'memory' && kind !== 'interrupt-setup';
}

/** What is no message of this protocol. */
export class ProxyProtocolError extends Error {}

/** Puts messages together from what a socket gives, in pieces of any size. */
export class ProxyDecoder {
  private rest: Uint8Array = new Uint8Array(0);

  /** Errors: {@link ProxyProtocolError}. */
  push(chunk: Uint8Array): readonly ProxyMessage[] {
    const bytes = Buffer.concat([this.rest, chunk]);
    const messages: ProxyMessage[] = [];
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const command = bytes.readInt32LE(at);
      const size = Number(bytes.readBigUInt64LE(at + 8));
      if (size > sysmemBytes)
        throw new ProxyProtocolError(`command ${command} announces ${size} bytes, more than any has`);
      if (bytes.length - at < headerBytes + size) break;
      messages.push(decode(command, bytes.subarray(at + headerBytes, at + headerBytes + size)));
      at += headerBytes + size;
    }
    this.rest = bytes.subarray(at);
    return messages;
  }
}

function decode(command: number, payload: Buffer): ProxyMessage {
  const wants = (bytes: number) => {
    if (payload.length !== bytes)
      throw new ProxyProtocolError(`command ${command} has ${payload.length} bytes, not ${bytes}`);
  };
  switch (command) {
    case commands.syncSysmem:
      wants(sysmemBytes);
      return { kind: 'memory', regions: regionsOf(payload) };
    case commands.configRead:
    case commands.configWrite: {
      wants(configBytes);
      const [offset, size] = [payload.readUInt32LE(0), payload.readInt32LE(8)];
      return command === commands.configRead
        ? { kind: 'config-read', offset, size }
        : { kind: 'config-write', offset, size, value: payload.readUInt32LE(4) };
    }
    case commands.barRead:
    case commands.barWrite: {
      wants(barBytes);
      const [address, size] = [payload.readBigUInt64LE(0), payload.readUInt32LE(16)];
      return command === commands.barRead
        ? { kind: 'read', address, size }
        : { kind: 'write', address, size, value: payload.readBigUInt64LE(8) };
    }
    case commands.setIrqfd:
      return { kind: 'interrupt-setup' };
    case commands.deviceReset:
      return { kind: 'reset' };
    default:
      throw new ProxyProtocolError(`there is no command ${command}`);
  }
}

function regionsOf(payload: Buffer): readonly MemoryRegion[] {
  const number = (index: number) => Number(payload.readBigUInt64LE(index * 8));
  return Array.from({ length: regionCount }, (_, index) => ({
    address: number(index),
    size: number(regionCount + index),
    offset: number(2 * regionCount + index),
  })).filter(({ size }) => size > 0);
}

/** The answer to any message that wants one; `value` is what was read, 0 for the others. */
export function encodeAnswer(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(headerBytes + 8);
  bytes.writeInt32LE(commands.ret, 0);
  bytes.writeBigUInt64LE(8n, 8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), headerBytes);
  return bytes;
}

/** As QEMU sends it: for a peer in a test, or a recording. */
export function encodeMessage(message: ProxyMessage): Uint8Array {
  const [command, payload] = encoded(message);
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(command, 0);
  header.writeBigUInt64LE(BigInt(payload.length), 8);
  return Buffer.concat([header, payload]);
}

function encoded(message: ProxyMessage): readonly [command: number, payload: Buffer] {
  switch (message.kind) {
    case 'memory': {
      const payload = Buffer.alloc(sysmemBytes);
      for (const [index, { address, size, offset }] of message.regions.entries())
        for (const [row, value] of [address, size, offset].entries())
          payload.writeBigUInt64LE(BigInt(value), (row * regionCount + index) * 8);
      return [commands.syncSysmem, payload];
    }
    case 'config-read':
    case 'config-write': {
      const payload = Buffer.alloc(configBytes);
      payload.writeUInt32LE(message.offset, 0);
      payload.writeInt32LE(message.size, 8);
      if (message.kind === 'config-read') return [commands.configRead, payload];
      payload.writeUInt32LE(message.value, 4);
      return [commands.configWrite, payload];
    }
    case 'read':
    case 'write': {
      const payload = Buffer.alloc(barBytes);
      payload.writeBigUInt64LE(message.address, 0);
      payload.writeUInt32LE(message.size, 16);
      payload.writeUInt8(1, 20);
      if (message.kind === 'read') return [commands.barRead, payload];
      payload.writeBigUInt64LE(message.value, 8);
      return [commands.barWrite, payload];
    }
    case 'interrupt-setup':
      return [commands.setIrqfd, Buffer.alloc(0)];
    case 'reset':
      return [commands.deviceReset, Buffer.alloc(0)];
  }
}
