// clang and wasm-ld from the npm package: LLVM built to WebAssembly, so that no compiler need be installed.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { askPackaged } from './packaged-process.js';
import type { PackagedJob, PackagedReply } from './packaged-protocol.js';
import type {
  CompileJob,
  CompileOptions,
  CompileResult,
  LlvmTool,
  ModelCompiler,
  Mounts,
  ToolResult,
} from './types.js';

/** Small files for which one process more would take longer than it saves. */
const jobsPerProcess = 4;

/** The compiler that comes with Millrace. */
export async function packagedClang(): Promise<ModelCompiler> {
  const entry = createRequire(import.meta.url).resolve('@yowasp/clang');
  const manifest: unknown = JSON.parse(await readFile(join(dirname(dirname(entry)), 'package.json'), 'utf8'));
  const { version } = manifest as { readonly version: string };
  return new PackagedClang(version);
}

class PackagedClang implements ModelCompiler {
  readonly kind = 'packaged';
  readonly name: string;
  readonly version: string;

  constructor(version: string) {
    this.name = `@yowasp/clang ${version}`;
    this.version = `yowasp-clang-${version}`;
  }

  async compile(
    jobs: readonly CompileJob[],
    options: CompileOptions = {},
  ): Promise<readonly CompileResult[]> {
    const scratch = await mkdtemp(join(tmpdir(), 'millrace-cc-'));
    try {
      const queued = jobs.map(({ args, mounts, assembly }, index): PackagedJob => {
        return { index, args, mounts, assembly: assembly ?? false, output: join(scratch, `${index}.o`) };
      });
      const workers = Math.min(options.workers ?? 2, Math.ceil(jobs.length / jobsPerProcess));
      const shares = Array.from({ length: workers }, (_, worker) =>
        queued.filter(({ index }) => index % workers === worker),
      );
      const results = new Map<number, CompileResult>();
      const done = async (reply: PackagedReply) => {
        const result: CompileResult = reply.ok
          ? {
              ok: true,
              object: await readFile(join(scratch, `${reply.index}.o`)),
              opened: reply.opened,
            }
          : { ok: false, diagnostics: reply.diagnostics };
        results.set(reply.index, result);
        options.onDone?.(reply.index, result);
      };
      await Promise.all(
        shares.map((share) => askPackaged({ do: 'compile', jobs: share }, done, options.signal)),
      );
      return jobs.map((_, index) => results.get(index) ?? { ok: false, diagnostics: 'clang gave no answer' });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async tool(
    tool: LlvmTool,
    args: readonly string[],
    mounts: Mounts,
    signal?: AbortSignal,
  ): Promise<ToolResult> {
    const scratch = await mkdtemp(join(tmpdir(), 'millrace-ld-'));
    try {
      const output = join(scratch, 'out');
      let answer: PackagedReply | undefined;
      await askPackaged(
        { do: 'tool', tool, args, mounts, output },
        async (reply) => {
          answer = reply;
        },
        signal,
      );
      return {
        exitCode: answer?.ok ? 0 : 1,
        stdout: existsSync(output) ? await readFile(output) : new Uint8Array(),
        stderr: answer?.diagnostics ?? '',
      };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}
