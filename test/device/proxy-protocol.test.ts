// The protocol of QEMU's x-pci-proxy-dev: bytes as QEMU 7.2 sends them, and as it wants them.
import { expect, test } from 'vitest';
import {
  encodeAnswer,
  encodeMessage,
  ProxyDecoder,
  type ProxyMessage,
  ProxyProtocolError,
  wantsAnswer,
} from '../../src/device/proxy-protocol.js';

const messages: readonly ProxyMessage[] = [
  { kind: 'memory', regions: [{ address: 0, size: 0xa0000, offset: 0 }] },
  { kind: 'interrupt-setup' },
  { kind: 'config-read', offset: 0, size: 2 },
  { kind: 'config-write', offset: 0x10, size: 4, value: 0xffffffff },
  { kind: 'reset' },
  { kind: 'read', address: 0xfebf_1028n, size: 4 },
  { kind: 'write', address: 0xfebf_1008n, size: 8, value: 0x8000_0003_0000_0001n },
];

test('a read of a register is 40 bytes: the command, its size, the address and how many bytes', () => {
  const bytes = Buffer.from(
    '0500000000000000' + '1800000000000000' + '2810bffe00000000' + '0000000000000000' + '0400000001000000',
    'hex',
  );
  expect(new ProxyDecoder().push(bytes)).toEqual([{ kind: 'read', address: 0xfebf1028n, size: 4 }]);
});

test('an answer is 24 bytes: the command RET, eight, the value', () => {
  expect(Buffer.from(encodeAnswer(0x1797n)).toString('hex')).toBe(
    '010000000000000008000000000000009717000000000000',
  );
});

test('messages come out as they went in, in whatever pieces the socket gives them', () => {
  const all = Buffer.concat(messages.map((message) => encodeMessage(message)));
  for (const piece of [1, 7, 16, 40, all.length]) {
    const decoder = new ProxyDecoder();
    const got: ProxyMessage[] = [];
    for (let at = 0; at < all.length; at += piece) got.push(...decoder.push(all.subarray(at, at + piece)));
    expect(got).toEqual(messages);
  }
});

test('QEMU waits for an answer to all but the memory map and the interrupt descriptors', () => {
  expect(messages.filter((message) => !wantsAnswer(message)).map(({ kind }) => kind)).toEqual([
    'memory',
    'interrupt-setup',
  ]);
});

test('what is no message of the protocol is refused, not guessed at', () => {
  const unknown = Buffer.alloc(16);
  unknown.writeInt32LE(9, 0);
  expect(() => new ProxyDecoder().push(unknown)).toThrow(ProxyProtocolError);
  const short = Buffer.alloc(20);
  short.writeInt32LE(5, 0);
  short.writeBigUInt64LE(4n, 8);
  expect(() => new ProxyDecoder().push(short)).toThrow('has 4 bytes, not 24');
  const long = Buffer.alloc(16);
  long.writeBigUInt64LE(1n << 40n, 8);
  expect(() => new ProxyDecoder().push(long)).toThrow(ProxyProtocolError);
});
