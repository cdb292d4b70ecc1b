// The processes in which the packaged clang runs: each loads it once, and then answers one request after the other for
// as long as this process lives.
import type { ChildProcess } from 'node:child_process';
import { execPath } from 'node:process';
import { builtFile, endTied, environmentError, interruptedError, startTied } from '../../../base/index.js';
import { cleanEnvironment, compilerLimits, refuseExhausted } from './limits.js';
import type { PackagedMessage, PackagedReply, PackagedRequest } from './packaged-protocol.js';

/** Nothing of it is worth optimising, and of 75 MB of code a compilation runs a small part. */
const v8Flags = ['--liftoff-only', '--wasm-lazy-compilation', '--wasm-lazy-validation'];

/** It takes so much longer than a native one. */
const slowness = 3;

/** Processes that have answered and wait. */
const idle: PackagedProcess[] = [];

/**
 * Has a process answer `request`. Errors: `environment` when it ends without an answer, or at a limit; `interrupted`
 * when `signal` fires.
 */
export async function askPackaged(
  request: PackagedRequest,
  onReply: (reply: PackagedReply) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) throw interruptedError();
  const seconds = compilerLimits().seconds * slowness;
  let process = idle.pop();
  // Each request may take that long, and the limit of the process is for all of them.
  const count = request.do === 'compile' ? request.jobs.length : 1;
  if (process !== undefined && process.secondsLeft < seconds * count) {
    process.end();
    process = undefined;
  }
  process ??= new PackagedProcess(seconds * (count + 1));
  await process.ask(request, onReply, signal);
  idle.push(process);
}

class PackagedProcess {
  private readonly child: ChildProcess;
  /** Of processor time. */
  private readonly mostSeconds: number;
  private usedSeconds = 0;
  private errors = '';

  constructor(mostSeconds: number) {
    this.mostSeconds = mostSeconds;
    this.child = startTied(execPath, [...v8Flags, builtFile('model/compile/toolchain/packaged-worker.js')], {
      tied: { seconds: mostSeconds },
      env: cleanEnvironment,
    });
    this.child.stderr?.on('data', (chunk) => {
      this.errors = `${this.errors}${chunk}`.slice(-longestErrors);
    });
  }

  get secondsLeft(): number {
    return this.child.connected ? this.mostSeconds - this.usedSeconds : 0;
  }

  end(): void {
    endTied(this.child);
  }

  async ask(
    request: PackagedRequest,
    onReply: (reply: PackagedReply) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { child } = this;
    const replies: Promise<void>[] = [];
    let onMessage: (message: PackagedMessage) => void = () => {};
    let onClose: (exitCode: number | null) => void = () => {};
    const abort = () => this.end();
    signal?.addEventListener('abort', abort, { once: true });
    child.ref();
    child.channel?.ref();
    try {
      const exitCode = await new Promise<number | null>((resolve, reject) => {
        onMessage = (message) => {
          if ('reply' in message) {
            replies.push(onReply(message.reply));
            return;
          }
          this.usedSeconds = message.done.seconds;
          resolve(0);
        };
        // Of 'exit', 'close' and 'disconnect' only this one comes when all that it wrote has been read.
        onClose = (code) => resolve(code ?? 1);
        child.on('message', onMessage);
        child.once('close', onClose);
        child.once('error', reject);
        child.send(request);
      });
      await Promise.all(replies);
      if (exitCode !== 0) this.refuse(exitCode, request, signal);
    } finally {
      signal?.removeEventListener('abort', abort);
      child.off('message', onMessage);
      child.off('close', onClose);
      child.unref();
      child.channel?.unref();
    }
  }

  private refuse(exitCode: number | null, request: PackagedRequest, signal: AbortSignal | undefined): never {
    if (signal?.aborted) throw interruptedError();
    const of = request.do === 'compile' ? 'the files' : 'the program';
    refuseExhausted({ exitCode, stderr: this.errors }, 'the packaged clang', of);
    const isDamaged = this.errors.includes('DamagedPackage');
    throw environmentError(
      isDamaged ? 'the packaged clang is not as it was published' : 'the packaged clang stopped',
      {
        ...(isDamaged ? {} : { excerpt: this.errors.trim().split('\n').slice(-15).join('\n') }),
        hint: 'Install clang and lld for a native compiler, or install Millrace again.',
      },
    );
  }
}

const longestErrors = 100_000;
