// `function+0x1a/0x40` to file, line and what was inlined there, with the vmlinux that the log is from. Nothing depends
// on where the kernel was loaded (KASLR): names and offsets are looked up, not addresses.

import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { inputError } from '../../base/index.js';
import type { KernelReport } from '../kernel/kernel-report.js';
import type { RaceReport, StackFrame } from '../race-report.js';
import { readSourceLines, readSymbols, type SourceLine } from './source-lines.js';
import { parseSymbolTable, type SymbolTable } from './symbol-table.js';
import { findSymbolizerTools, type SymbolizerTools } from './tools.js';

export interface Symbolizer {
  /** The reports with file, line and inlined frames wherever the vmlinux has them; all else as it was. */
  symbolize<Report extends RaceReport | KernelReport>(reports: readonly Report[]): Promise<Report[]>;
  /** Frames so far whose function and size the vmlinux does not have: another kernel's, or a module's. */
  unmatched(): number;
}

export interface SymbolizerOptions {
  readonly tools?: SymbolizerTools;
  readonly signal?: AbortSignal;
}

/** Answers kept, so that a flood of one race costs one look-up. */
const maxCached = 100_000;

// Entry code that an interrupted function did not call: the frame below it was stopped, not returned to
// (arch/x86/include/asm/idtentry.h, v6.12; the older names are arch/x86/entry/entry_64.S, v5.3).
const interruptEntry =
  /^(?:asm_(?:exc|sysvec|common_interrupt|spurious)|ret_from_intr$|(?:apic_timer|call_function(?:_single)?|reschedule|common)_interrupt$)/;

/**
 * Reads the symbols of `vmlinux`.
 * Errors: `input` when it cannot be read or has no symbols, `environment` when no tool for it is installed.
 */
export async function createSymbolizer(
  vmlinux: string,
  options: SymbolizerOptions = {},
): Promise<Symbolizer> {
  await refuseNoImage(vmlinux);
  const { tools = findSymbolizerTools(), signal } = options;
  const table = await loadTable(vmlinux, tools, signal);
  const cache = new Map<bigint, readonly SourceLine[]>();
  let prefix: string | null = null;
  let unmatched = 0;

  const ask = async (addresses: readonly bigint[]) => {
    const known = await readSourceLines(tools, vmlinux, addresses, signal);
    addresses.forEach((address, i) => {
      cache.set(address, known[i] ?? []);
    });
  };

  return {
    async symbolize<Report extends RaceReport | KernelReport>(reports: readonly Report[]) {
      if (cache.size > maxCached) cache.clear();
      const addresses = new Map<readonly StackFrame[], readonly (bigint | null)[]>();
      for (const stack of reports.flatMap(stacksOf)) {
        const found = stack.map((frame, i) => {
          const back = distanceBack(stack, i);
          if (back === null) return null;
          const base = table.find(frame.function, frame.size);
          if (base === null) unmatched += 1;
          return base === null ? null : base + BigInt(frame.offset ?? 0) - back;
        });
        addresses.set(stack, found);
      }
      const wanted = new Set([...addresses.values()].flat().filter((address) => address !== null));
      await ask([...wanted].filter((address) => !cache.has(address)));
      prefix ??= await treePrefix(table, ask, cache);
      const root = prefix;
      const symbolized = (stack: readonly StackFrame[]) =>
        stack.flatMap((frame, i) => {
          const address = addresses.get(stack)?.[i] ?? null;
          const lines = address === null ? [] : (cache.get(address) ?? []);
          return lines.length === 0 ? [frame] : expandFrame(frame, lines, root);
        });
      return reports.map((report) => withStacks(report, symbolized));
    },
    unmatched: () => unmatched,
  };
}

function stacksOf(report: RaceReport | KernelReport): (readonly StackFrame[])[] {
  const stacks = 'accesses' in report ? report.accesses : report.stacks;
  return stacks.map(({ stack }) => stack);
}

function withStacks<Report extends RaceReport | KernelReport>(
  report: Report,
  change: (stack: readonly StackFrame[]) => StackFrame[],
): Report {
  if ('accesses' in report)
    return {
      ...report,
      accesses: report.accesses.map((access) => ({ ...access, stack: change(access.stack) })),
    };
  return { ...report, stacks: report.stacks.map((stack) => ({ ...stack, stack: change(stack.stack) })) };
}

async function loadTable(
  vmlinux: string,
  tools: SymbolizerTools,
  signal?: AbortSignal,
): Promise<SymbolTable> {
  const table = parseSymbolTable(await readSymbols(tools, vmlinux, signal));
  if (table.symbols > 0) return table;
  throw withoutSymbols(vmlinux);
}

function withoutSymbols(vmlinux: string): Error {
  return inputError(`${vmlinux} has no symbols`, {
    hint: 'Give the `vmlinux` of the build (an ELF file, not bzImage), made with CONFIG_DEBUG_INFO.',
  });
}

const elfMagic = Buffer.from('\x7fELF', 'latin1');

/** What is wrong with the file is said before what is missing to read it with. */
async function refuseNoImage(vmlinux: string): Promise<void> {
  const magic = Buffer.alloc(elfMagic.length);
  try {
    const file = await open(vmlinux);
    await file.read(magic, 0, magic.length, 0).finally(() => file.close());
  } catch (cause) {
    throw inputError(`cannot read ${vmlinux}`, { hint: 'Check the path given to --vmlinux.', cause });
  }
  if (!magic.equals(elfMagic)) throw withoutSymbols(vmlinux);
}

/**
 * How many bytes before its address the instruction of a frame lies that the log left bare; null for any other frame.
 * One, since all are return addresses, the first of an access too: KCSAN skips its own frames and shows what the
 * compiler's call of `__tsan_*` returns to, or for a scoped or reordered access the same as _RET_IP_
 * (get_stack_skipnr() and replace_stack_entry(), kernel/kcsan/report.c, v6.12). None for an interrupted function.
 */
function distanceBack(stack: readonly StackFrame[], index: number): bigint | null {
  const frame = stack[index];
  const before = stack[index - 1];
  if (frame === undefined || frame.file !== null || frame.inlined || frame.module !== null) return null;
  if (frame.offset === null || before?.inlined) return null;
  if (before !== undefined && interruptEntry.test(before.function)) return 0n;
  // At offset 0 the call was the last instruction of the function before, which the log does not name.
  return frame.offset > 0 ? 1n : null;
}

function expandFrame(frame: StackFrame, lines: readonly SourceLine[], root: string): StackFrame[] {
  return lines.map((line, i) => {
    const file = line.file === null ? null : inTree(line.file, root);
    const place = { file, line: file === null ? null : line.line };
    if (i === lines.length - 1) return { ...frame, ...place };
    return { function: line.function, offset: null, size: null, module: null, ...place, inlined: true };
  });
}

/** What the build put before the paths of the tree: known from where init/main.c is. */
async function treePrefix(
  table: SymbolTable,
  ask: (addresses: readonly bigint[]) => Promise<void>,
  cache: ReadonlyMap<bigint, readonly SourceLine[]>,
): Promise<string> {
  const address = table.find('start_kernel', null);
  if (address === null) return '';
  if (!cache.has(address)) await ask([address]);
  const file = cache.get(address)?.at(-1)?.file;
  const normal = file ? posix.normalize(file) : '';
  return normal.endsWith('/init/main.c') ? normal.slice(0, -'init/main.c'.length) : '';
}

function inTree(file: string, root: string): string {
  const normal = posix.normalize(file);
  return root !== '' && normal.startsWith(root) ? normal.slice(root.length) : normal;
}
