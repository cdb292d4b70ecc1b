// The files of the npm package that are LLVM, read into the place where its runtime looks for them: whole and as they
// were published, since a compiler with one bit turned may give an object that is wrong and looks right.
//
// The runtime reads each file by `fetch()` and compiles it by `WebAssembly.compileStreaming()`. Both are replaced in
// the process that runs it: as streams, 75 MB are copied three times, which takes longer than a small compilation.
import { createHash } from 'node:crypto';

/** SHA-256 of each file of the version that package.json names. */
const published: ReadonlySet<string> = new Set([
  // llvm-resources.tar
  '79eef0c336fe55cf03ff8f5b42b784c8168f929a3603138b2c6301f4601e4c86',
  // llvm.core.wasm, then core2 to core4
  '24fbed474c7b5b4968fd73fc4827440b93fb351c1b6264516130300eff3e7bf5',
  '960c326eb9b5db7aedbc169540421587a2d3f3ff987e93d6ad5b4da43430ffd4',
  '63680c043192abac4700bbda6a78e4c19b139fa086b1e872d1c6915d37a428a8',
  'f544dc9cc46f88a0f22d1b839a4fb0853dce2d6e231d880bd19754c59a5a234d',
]);

/** A file of the package is not as it was published. */
export class DamagedPackage extends Error {}

/** As much of a `Response` as the runtime uses. */
class WholeFile {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  /** The second one made of a file has the first one behind it: the runtime wraps it to tell of its progress. */
  constructor(bytes: Uint8Array<ArrayBuffer>, before: unknown) {
    this.#bytes = bytes;
    if (before instanceof WholeFile) return;
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (!published.has(digest)) throw new DamagedPackage();
  }

  get body(): { pipeThrough(): Uint8Array<ArrayBuffer> } {
    return { pipeThrough: () => this.#bytes };
  }

  compile(): WebAssembly.Module {
    return new WebAssembly.Module(this.#bytes);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }
}

/** To be called before the package loads its files. Only for a process of its own. */
export function readPackageWhole(): void {
  Object.assign(globalThis, { Response: WholeFile });
  Object.assign(WebAssembly, { compileStreaming: async (file: WholeFile) => file.compile() });
}
