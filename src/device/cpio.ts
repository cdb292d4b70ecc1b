// An initramfs: the "newc" format of cpio (Documentation/driver-api/early-userspace/buffer-format.rst, v6.12).

export type ArchiveEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly data: Uint8Array }
  | {
      readonly kind: 'character-device';
      readonly path: string;
      readonly major: number;
      readonly minor: number;
    };

const kinds = { folder: 0o040755, file: 0o100000, 'character-device': 0o020600 } as const;
const trailer = 'TRAILER!!!';

/** The archive, uncompressed; folders before what is in them. */
export function cpioArchive(entries: readonly ArchiveEntry[]): Uint8Array {
  const parts = entries.map((entry, index) => {
    const data = entry.kind === 'file' ? entry.data : new Uint8Array(0);
    const mode = kinds[entry.kind] | (entry.kind === 'file' ? entry.mode : 0);
    const device = entry.kind === 'character-device' ? [entry.major, entry.minor] : [0, 0];
    return record(entry.path, data, [index + 1, mode, 0, 0, 1, 0, data.length, 0, 0, ...device]);
  });
  return Buffer.concat([...parts, record(trailer, new Uint8Array(0), [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])]);
}

/** Header, name and data, the latter two padded to multiples of four bytes. */
function record(name: string, data: Uint8Array, fields: readonly number[]): Uint8Array {
  const nameBytes = Buffer.from(`${name}\0`);
  const numbers = [...fields, nameBytes.length, 0].map((field) => field.toString(16).padStart(8, '0'));
  return Buffer.concat([
    padded(Buffer.concat([Buffer.from(`070701${numbers.join('')}`), nameBytes])),
    padded(data),
  ]);
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
