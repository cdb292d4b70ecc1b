// The basic blocks of a linked module, and how control comes into each: what coverage counts, and where a branch kept
// code from running (WebAssembly Core Specification 2.0, section 5.4.1, structured control).
import { skipImmediates } from './instructions.js';
import { ByteReader } from './leb.js';
import { findSection, sectionIds, type WasmModule } from './wasm-module.js';

/** How control comes into a block. */
export interface BlockEdge {
  /** Index of a block. */
  readonly from: number;
  /** Site of the branch that decides; null where control always goes on so. */
  readonly branch: number | null;
}

/** Code that runs as a whole, once it is entered, up to a call. */
export interface CodeBlock {
  /** Index of the function in the module. */
  readonly function: number;
  /** Sites: offsets in the code section. */
  readonly start: number;
  end: number;
  /** Whether it does anything; blocks between two ends do not. */
  hasCode: boolean;
  readonly from: BlockEdge[];
  /** Functions that it calls by name, by index. */
  readonly calls: number[];
  /** Whether it calls one by a pointer. */
  callsPointer: boolean;
}

/** Of one kind of structured instruction that has not come to its end. */
interface Frame {
  readonly kind: 'function' | 'block' | 'loop' | 'if';
  /** Of a loop: its first block. */
  readonly head: number;
  /** Edges to what lies behind its end. */
  readonly out: BlockEdge[];
  /** Of an `if` without an `else` so far: the edge that skips it. */
  skip: BlockEdge | null;
}

const opcodes = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
} as const;

/** In the order of their addresses. `splits` tells behind the calls of which functions a new block begins. */
export function codeBlocks(module: WasmModule, splits: (callee: number) => boolean): CodeBlock[] {
  const section = findSection(module, sectionIds.code);
  const blocks: CodeBlock[] = [];
  if (section === undefined) return blocks;
  const reader = new ByteReader(module.bytes, section.start, section.end);
  const count = reader.u32();
  for (let index = 0; index < count; index++) {
    const size = reader.u32();
    const end = reader.position + size;
    const body = new ByteReader(module.bytes, reader.position, end);
    blocksOf(body, section.start, module.functionImports.length + index, splits, blocks);
    reader.position = end;
  }
  return blocks;
}

function blocksOf(
  reader: ByteReader,
  base: number,
  holder: number,
  splits: (callee: number) => boolean,
  blocks: CodeBlock[],
): void {
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32();
    reader.byte();
  }
  /** -1 where nothing can come to. */
  let current = -1;
  const begin = (...from: BlockEdge[]) => {
    const start = reader.position - base;
    const last = blocks.at(-1);
    if (last?.function === holder && last.end < 0) last.end = start;
    current = blocks.length;
    blocks.push({ function: holder, start, end: -1, hasCode: false, from, calls: [], callsPointer: false });
  };
  const always = (): BlockEdge[] => (current < 0 ? [] : [{ from: current, branch: null }]);
  begin();
  const frames: Frame[] = [{ kind: 'function', head: current, out: [], skip: null }];
  const leaveTo = (depth: number, branch: number | null) => {
    const frame = frames.at(-1 - depth);
    if (frame === undefined || current < 0) return;
    const edge = { from: current, branch };
    if (frame.kind === 'loop') blocks[frame.head]?.from.push(edge);
    else frame.out.push(edge);
  };
  while (!reader.done) {
    const start = reader.position - base;
    const opcode = reader.byte();
    switch (opcode) {
      case opcodes.block:
        reader.skipLeb();
        frames.push({ kind: 'block', head: current, out: [], skip: null });
        break;
      case opcodes.loop:
        reader.skipLeb();
        begin(...always());
        frames.push({ kind: 'loop', head: current, out: [], skip: null });
        break;
      case opcodes.if: {
        reader.skipLeb();
        const edge = current < 0 ? null : { from: current, branch: start };
        frames.push({ kind: 'if', head: current, out: [], skip: edge });
        begin(...(edge === null ? [] : [edge]));
        break;
      }
      case opcodes.else: {
        const frame = frames.at(-1) as Frame;
        frame.out.push(...always());
        begin(...(frame.skip === null ? [] : [frame.skip]));
        frame.skip = null;
        break;
      }
      case opcodes.end: {
        const frame = frames.pop() as Frame;
        if (frame.skip !== null) frame.out.push(frame.skip);
        if (frame.kind !== 'function' && frame.out.length > 0) begin(...frame.out, ...always());
        break;
      }
      case opcodes.br:
        leaveTo(reader.u32(), null);
        current = -1;
        break;
      case opcodes.brIf:
        leaveTo(reader.u32(), start);
        begin(...(current < 0 ? [] : [{ from: current, branch: start }]));
        break;
      case opcodes.brTable:
        for (let targets = reader.u32() + 1; targets > 0; targets--) leaveTo(reader.u32(), start);
        current = -1;
        break;
      case opcodes.return:
      case opcodes.unreachable:
        current = -1;
        break;
      default: {
        const block = current < 0 ? undefined : blocks[current];
        if (block !== undefined) block.hasCode = true;
        if (opcode !== opcodes.call) {
          skipImmediates(opcode, reader);
          if (opcode !== opcodes.callIndirect || block === undefined) break;
          block.callsPointer = true;
          begin(...always());
          break;
        }
        const callee = reader.u32();
        block?.calls.push(callee);
        if (current >= 0 && splits(callee)) begin(...always());
      }
    }
  }
  const last = blocks.at(-1);
  if (last !== undefined && last.end < 0) last.end = reader.end - base;
}
