// A compiled case as a run's record keeps it for the page: the linked module and the one that runs, with the sources
// that its lines stand in. One block of bytes: the length of the JSON, the JSON, the two modules.
import type { Origin } from '../model/index.js';
import type { UndefinedVariable } from '../model/link/index.js';

/** One side of a run: the tree as it is, or with a fix. */
export interface KeptMachine {
  /** `base`, or the fix's name. */
  readonly side: string;
  readonly origin: Origin;
  /** Of {@link Program.identity}: schedules belong to it. */
  readonly program: string;
  readonly limits: { readonly steps: number; readonly memory: number };
  /** File name of the harness, as line tables name it. */
  readonly harness: string;
  readonly undefinedVariables: readonly UndefinedVariable[];
  /** By name, as line tables have it: the text. */
  readonly files: Readonly<Record<string, string>>;
  readonly linked: Uint8Array;
  /** The module that runs; it tells its calls. */
  readonly wasm: Uint8Array;
}

const format = 1;

/** What the machine of a side is called, in a folder and in a page. */
export function machineName(side: string): string {
  return side.replace(/[^A-Za-z0-9._-]/g, '_');
}

export function packMachine({ linked, wasm, ...rest }: KeptMachine): Uint8Array {
  const head = new TextEncoder().encode(
    JSON.stringify({ format, ...rest, linked: linked.length, wasm: wasm.length }),
  );
  const bytes = new Uint8Array(4 + head.length + linked.length + wasm.length);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  bytes.set(linked, 4 + head.length);
  bytes.set(wasm, 4 + head.length + linked.length);
  return bytes;
}

/** Null when the bytes are of another version. */
export function unpackMachine(bytes: Uint8Array): KeptMachine | null {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (head.format !== format) return null;
  const start = 4 + length;
  const { format: _, linked, wasm, ...rest } = head;
  return {
    ...rest,
    linked: bytes.slice(start, start + linked),
    wasm: bytes.slice(start + linked, start + linked + wasm),
  };
}
