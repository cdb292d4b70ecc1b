// Symbolisation against real ELF files, compiled on the spot, with each debug-information reader that is installed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/index.js';
import {
  createSymbolizer,
  findSymbolizerTools,
  type RaceReport,
  type StackFrame,
  type SymbolizerTools,
} from '../../src/report/index.js';
import { parseSymbolTable } from '../../src/report/symbolize/symbol-table.js';
import { findTool } from './tools.js';

const compiler = findTool('cc') ?? findTool('gcc') ?? findTool('clang');
const gnu: SymbolizerTools | null =
  findTool('addr2line') && findTool('nm') ? { nm: 'nm', symbolizer: 'addr2line', style: 'gnu' } : null;
const llvm = ((): SymbolizerTools | null => {
  try {
    const tools = findSymbolizerTools();
    return tools.style === 'llvm' ? tools : null;
  } catch {
    return null;
  }
})();

// One call a line, so that a line tells an address from the one before it.
const sources = {
  'init/main.c': `void mill_start(int *);
int flag;
int main(void)
{
	mill_start(&flag);
	return flag;
}
void start_kernel(void)
{
	mill_start(&flag);
}
void barrier_call(int *flag)
{
	*flag ^= 1;
}
`,
  'include/mill.h': `extern void barrier_call(int *);
static inline __attribute__((always_inline)) void mill_set(int *flag)
{
	barrier_call(flag);
	*flag += 1;
}
`,
  'drivers/mill.c': `#include "../include/mill.h"
static __attribute__((noinline)) void twin(int *flag)
{
	barrier_call(flag);
	*flag += 3;
}
void mill_start(int *flag)
{
	mill_set(flag);
	*flag *= 5;
	twin(flag);
	*flag *= 7;
}
`,
  'drivers/loom.c': `extern void barrier_call(int *);
static __attribute__((noinline)) void twin(int *flag)
{
	*flag += 11;
	barrier_call(flag);
	*flag += 13;
	barrier_call(flag);
	*flag *= 17;
}
void loom_start(int *flag)
{
	twin(flag);
	*flag += 1;
}
`,
} as const;

interface Call {
  /** Offset in its function of the instruction behind the call: what a stack holds. */
  readonly offset: number;
  readonly size: number;
}

let directory: string;
let image: string;

beforeAll(() => {
  if (compiler === null) return;
  directory = mkdtempSync(join(tmpdir(), 'millrace-elf-'));
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  image = join(directory, 'vmlinux');
  const files = Object.keys(sources).filter((name) => name.endsWith('.c'));
  execFileSync(compiler, [
    '-g',
    '-O1',
    '-fno-inline-small-functions',
    '-no-pie',
    '-o',
    image,
    ...files.map((name) => join(directory, name)),
  ]);
});

afterAll(() => {
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

describe.skipIf(compiler === null)('a symbolizer (needs a C compiler)', () => {
  describe.each([
    ['llvm-symbolizer', llvm],
    ['addr2line', gnu],
  ] as const)('with %s', (_, tools) => {
    it.skipIf(tools === null)('finds the line of the call, not of what the call returns to', async () => {
      const call = callIn('mill_start', 'twin');
      const [frame] = await resolve(tools, [bare('mill_start', call)]);
      expect(frame).toEqual({ ...bare('mill_start', call), file: 'drivers/mill.c', line: 11 });
    });

    it.skipIf(tools === null)('unfolds what was inlined, innermost first', async () => {
      const call = callIn('mill_start', 'barrier_call');
      expect(await resolve(tools, [bare('mill_start', call)])).toEqual([
        {
          ...{ function: 'mill_set', offset: null, size: null, module: null },
          ...{ file: 'include/mill.h', line: 4, inlined: true },
        },
        { ...bare('mill_start', call), file: 'drivers/mill.c', line: 9 },
      ]);
    });

    it.skipIf(tools === null)('tells functions that share their name apart by their size', async () => {
      const calls = callsIn('twin', 'barrier_call');
      expect(new Set(calls.map(({ size }) => size)).size).toBe(2);
      const frames = await resolve(
        tools,
        calls.map((call) => bare('twin', call)),
      );
      expect(frames.map(({ file }) => file).toSorted()).toEqual(['drivers/loom.c', 'drivers/mill.c']);
    });

    it.skipIf(tools === null)('takes the address of an interrupted function as it is', async () => {
      const { size } = callIn('mill_start', 'twin');
      const stopped = { ...bare('mill_start', { offset: 0, size }) };
      const entry = { ...bare('asm_sysvec_apic_timer_interrupt', { offset: 0x1a, size: 0x20 }) };
      const [, below] = await resolve(tools, [entry, stopped]);
      expect(below).toMatchObject({ file: 'drivers/mill.c', line: 8 });
    });

    it.skipIf(tools === null)(
      'tells a return address from an interrupted one though the frames are the same',
      async () => {
        const frame = bare('mill_start', callIn('mill_start', 'twin'));
        const entry = bare('asm_sysvec_apic_timer_interrupt', { offset: 0x1a, size: 0x20 });
        const [returned, , interrupted] = await resolve(tools, [frame, entry, frame]);
        expect([returned?.line, interrupted?.line]).toEqual([11, 12]);
      },
    );

    it.skipIf(tools === null)('leaves modules, other kernels’ functions and known places alone', async () => {
      const call = callIn('mill_start', 'twin');
      const frames = [
        { ...bare('mill_start', call), module: 'mill' },
        bare('mill_start', { ...call, size: call.size + 4096 }),
        bare('nowhere', call),
        { ...bare('mill_start', call), file: 'a.c', line: 1 },
      ];
      expect(await resolve(tools, frames)).toEqual(frames);
    });
  });

  it('counts the frames that fit no function', async () => {
    const symbolizer = await createSymbolizer(image);
    await symbolizer.symbolize([report([bare('nowhere', { offset: 1, size: 2 })])]);
    expect(symbolizer.unmatched()).toBe(1);
  });

  it('refuses what is no image, or has no symbols, as bad input', async () => {
    await expect(createSymbolizer(join(directory, 'none'))).rejects.toMatchObject({ kind: 'input' });
    await expect(createSymbolizer(join(directory, 'init/main.c'))).rejects.toSatisfy(
      (error) => error instanceof MillraceError && error.message.includes('no symbols'),
    );
  });
});

describe('a symbol table', () => {
  const table = parseSymbolTable(
    [
      'ffffffff81000000 0000000000000030 T one',
      'ffffffff81000040 0000000000000021 t twin',
      'ffffffff81000050 t .Llocal',
      'ffffffff81000080 0000000000000021 t twin',
      'ffffffff810000c0 0000000000000010 t lto.llvm.123456',
      'ffffffff810000e0 T end',
      'ffffffff82000000 0000000000000004 D one_data',
    ].join('\n'),
  );

  it('takes the size that kallsyms prints, which counts the padding, and the one of the ELF symbol', () => {
    expect(table.find('one', 0x40)).toBe(0xffffffff81000000n);
    expect(table.find('one', 0x30)).toBe(0xffffffff81000000n);
    expect(table.find('one', 0x90)).toBeNull();
    expect(table.find('one', null)).toBe(0xffffffff81000000n);
  });

  it('guesses none of two that fit alike', () => {
    expect(table.find('twin', 0x40)).toBeNull();
    expect(table.find('twin', null)).toBeNull();
  });

  it('knows a function without the suffix that kallsyms cuts off, and no data', () => {
    expect(table.find('lto', 0x20)).toBe(0xffffffff810000c0n);
    expect(table.find('one_data', 4)).toBeNull();
  });
});

async function resolve(
  tools: SymbolizerTools | null,
  stack: readonly StackFrame[],
): Promise<readonly StackFrame[]> {
  const symbolizer = await createSymbolizer(image, tools === null ? {} : { tools });
  const [done] = await symbolizer.symbolize([report(stack)]);
  return done?.accesses[0]?.stack ?? [];
}

function report(stack: readonly StackFrame[]): RaceReport {
  const context = { kind: 'task', pid: 1, cpu: 0 } as const;
  return {
    title: 'data-race in mill_start+0x1/0x2',
    kind: 'data-race',
    unknownOrigin: true,
    accesses: [{ type: 'read', address: '0xffff888100000000', size: 4, context, stack }],
    valueChanged: null,
    time: null,
    reporter: null,
  };
}

function bare(name: string, { offset, size }: Call): StackFrame {
  return { function: name, offset, size, module: null, file: null, line: null, inlined: false };
}

function callIn(caller: string, callee: string): Call {
  const [call] = callsIn(caller, callee);
  if (call === undefined) throw new Error(`${caller} does not call ${callee}`);
  return call;
}

/** The calls of `callee` in functions called `caller`, the first of each, from the disassembly. */
function callsIn(caller: string, callee: string): Call[] {
  const text = execFileSync(findTool('objdump') ?? 'llvm-objdump', ['-d', '--no-show-raw-insn', image], {
    encoding: 'utf8',
  });
  return text
    .split(/\n\n(?=[0-9a-f]+ <)/)
    .filter((block) => block.includes(`<${caller}>:`))
    .flatMap((block) => {
      const start = Number.parseInt(/([0-9a-f]+) </.exec(block)?.[1] ?? '', 16);
      const lines = block.split('\n').filter((line) => /^\s*[0-9a-f]+:/.test(line));
      const addresses = lines.map((line) => Number.parseInt(line.trim(), 16));
      const at = lines.findIndex((line) => line.includes(`<${callee}>`));
      const symbols = execFileSync(findTool('nm') ?? 'llvm-nm', ['-S', image], { encoding: 'utf8' });
      const size = symbols
        .split('\n')
        .map((line) => line.split(' '))
        .find(([address]) => Number.parseInt(address ?? '', 16) === start)?.[1];
      const next = addresses[at + 1];
      return at < 0 || next === undefined
        ? []
        : [{ offset: next - start, size: Number.parseInt(size ?? '', 16) }];
    });
}
