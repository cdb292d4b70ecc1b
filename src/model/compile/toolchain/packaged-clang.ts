// clang and wasm-ld from the npm package: LLVM built to WebAssembly, so that no compiler need be installed.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { environmentError, run } from '../../../base/index.js';
import { cleanEnvironment, compilerLimits, refuseExhausted } from './limits.js';
import type { PackagedJob, PackagedReply, PackagedRequest } from './packaged-protocol.js';
import type {
  CompileJob,
  CompileOptions,
  CompileResult,
  LlvmTool,
  ModelCompiler,
  Mounts,
  ToolResult,
} from './types.js';

const v8Flags = ['--liftoff-only', '--wasm-lazy-compilation'];

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
      const workers = Math.min(options.workers ?? 2, jobs.length);
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
        shares.map((share, worker) =>
          runWorker({ do: 'compile', jobs: share }, join(scratch, `${worker}.json`), done, options.signal),
        ),
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
      const request: PackagedRequest = { do: 'tool', tool, args, mounts, output };
      await runWorker(
        request,
        join(scratch, 'request.json'),
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

async function runWorker(
  request: PackagedRequest,
  requestFile: string,
  onReply: (reply: PackagedReply) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await writeFile(requestFile, JSON.stringify(request));
  const replies: Promise<void>[] = [];
  const result = await run(execPath, [...v8Flags, workerFile(), requestFile], {
    signal,
    tied: { seconds: compilerLimits(request.do === 'compile' ? request.jobs.length : 1).seconds * slowness },
    env: cleanEnvironment,
    onLine: (line, stream) => {
      if (stream === 'stdout' && line !== '') replies.push(onReply(JSON.parse(line) as PackagedReply));
    },
  });
  await Promise.all(replies);
  if (result.exitCode !== 0) {
    refuseExhausted(result, 'the packaged clang', request.do === 'compile' ? 'the files' : 'the program');
    throw environmentError('the packaged clang stopped', {
      excerpt: result.stderr.trim().split('\n').slice(-15).join('\n'),
      hint: 'Install clang and lld for a native compiler, or install Millrace again.',
    });
  }
}

/** It takes so much longer than a native one. */
const slowness = 3;

/** The built worker: also when this file itself runs from `src/`, as in a test, since a child process cannot. */
function workerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, 'packaged-worker.js');
  return existsSync(beside)
    ? beside
    : join(here.replace(/([\\/])src([\\/])/, '$1dist$2'), 'packaged-worker.js');
}
