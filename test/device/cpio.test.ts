// The initramfs: headers as the kernel's unpacker reads them.
import { expect, test } from 'vitest';
import { cpioArchive } from '../../src/device/cpio.js';

test('an archive is headers, names and data on multiples of four, with a trailer', () => {
  const archive = Buffer.from(
    cpioArchive([
      { kind: 'folder', path: 'dev' },
      { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
      { kind: 'file', path: 'init', mode: 0o755, data: Buffer.from('hello') },
    ]),
  );
  const entries: { name: string; mode: number; device: string; data: string }[] = [];
  for (let at = 0; at < archive.length; ) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const name = archive.toString('latin1', at + 110, at + 110 + nameSize - 1);
    const data = (at + 110 + nameSize + 3) & ~3;
    entries.push({
      name,
      mode,
      device: `${field(9)}:${field(10)}`,
      data: archive.toString('latin1', data, data + size),
    });
    at = (data + size + 3) & ~3;
  }
  expect(entries).toEqual([
    { name: 'dev', mode: 0o040755, device: '0:0', data: '' },
    { name: 'dev/console', mode: 0o020600, device: '5:1', data: '' },
    { name: 'init', mode: 0o100755, device: '0:0', data: 'hello' },
    { name: 'TRAILER!!!', mode: 0, device: '0:0', data: '' },
  ]);
});
