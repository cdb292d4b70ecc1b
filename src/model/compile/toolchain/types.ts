// A compiler for the model machine: kernel C in, WebAssembly objects out, the same whichever clang does the work.

/**
 * Folders that a command may read, by name. In its arguments the folder NAME is written `/millrace/NAME`; the compiler
 * puts the real path there, or shows the folder under that name.
 */
export type Mounts = Readonly<Record<string, string>>;

export interface CompileJob {
  /** For the clang driver: flags and one source file; no `-c` and no `-o`. */
  readonly args: readonly string[];
  readonly mounts: Mounts;
  /** What a user calls the source, where the last argument is a file of ours that includes it. */
  readonly file?: string;
  /** Assembly text instead of an object. */
  readonly assembly?: boolean;
}

export type CompileResult =
  | {
      readonly ok: true;
      readonly object: Uint8Array;
      /** Every file that was read, as `/millrace/NAME/...`, in no order. */
      readonly opened: readonly string[];
    }
  | { readonly ok: false; readonly diagnostics: string };

export interface CompileOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many jobs run at a time; 2 when not given. */
  readonly workers?: number;
  readonly onDone?: (index: number, result: CompileResult) => void;
}

/** Tools of LLVM beside the compiler itself. */
export type LlvmTool = 'wasm-ld' | 'symbolizer';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

export interface ModelCompiler {
  readonly kind: 'native' | 'packaged';
  /** For people: `clang 19.1.7`, `@yowasp/clang 22.0.0`. */
  readonly name: string;
  /** Part of what an object is known by in the cache. */
  readonly version: string;
  /** Runs the jobs, several at a time. A job that does not compile is a result, not an error. */
  compile(jobs: readonly CompileJob[], options?: CompileOptions): Promise<readonly CompileResult[]>;
  /**
   * Runs one of LLVM's tools; what it writes to standard output is the result.
   * Errors: `environment` when the tool is not there.
   */
  tool(tool: LlvmTool, args: readonly string[], mounts: Mounts, signal?: AbortSignal): Promise<ToolResult>;
}

/** Where the folder NAME is seen by a command. */
export const mountRoot = '/millrace';
