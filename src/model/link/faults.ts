// Instructions that stop a program by themselves (WebAssembly Core Specification 2.0, section 4.4, "trap"), and what
// there is to say about one that did. Loads and stores are none of them: the machine looks at those before they happen.

import { ByteReader } from './leb.js';
import { type FunctionType, findSection, sectionIds, type WasmModule } from './wasm-module.js';

const unreachable = 0x00;
const call = 0x10;
const callIndirect = 0x11;

/** i32 and i64, signed and unsigned: quotients and remainders. */
const isDivision = (opcode: number) =>
  (opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82);
/** From floating point, where the value does not fit. */
const isConversion = (opcode: number) =>
  (opcode >= 0xa8 && opcode <= 0xab) || (opcode >= 0xae && opcode <= 0xb1);

export function mayFault(opcode: number): boolean {
  return opcode === unreachable || opcode === callIndirect || isDivision(opcode) || isConversion(opcode);
}

/** What stopped a program. */
export type Fault =
  | { readonly kind: 'trap' | 'division' | 'conversion' }
  /** A direct call with other arguments than the function takes, or of a weak function that is not there. */
  | { readonly kind: 'call'; readonly callee: string }
  | {
      readonly kind: 'pointer-call';
      readonly pointer: number;
      readonly passed: FunctionType;
      /** Null where the pointer is none of a function. */
      readonly callee: { readonly name: string; readonly type: FunctionType } | null;
    };

/** The fault of the instruction at `site`; `pointer` is the table index that a call there went through. */
export function faultAt(
  module: WasmModule,
  tableFunctions: ReadonlyMap<number, number>,
  site: number,
  pointer: number,
): Fault | null {
  const code = findSection(module, sectionIds.code);
  if (code === undefined) return null;
  const reader = new ByteReader(module.bytes, code.start + site, code.end);
  const opcode = reader.byte();
  if (opcode === unreachable) return { kind: 'trap' };
  if (isDivision(opcode)) return { kind: 'division' };
  if (isConversion(opcode)) return { kind: 'conversion' };
  if (opcode === call) {
    const name = module.functionNames.get(reader.u32()) ?? '';
    return { kind: 'call', callee: name.replace(/^[a-z_]+:/, '') };
  }
  if (opcode !== callIndirect) return null;
  const passed = module.types[reader.u32()] ?? { parameters: [], results: [] };
  const index = tableFunctions.get(pointer);
  const callee =
    index === undefined
      ? null
      : { name: module.functionNames.get(index) ?? `function ${index}`, type: typeOf(module, index) };
  return { kind: 'pointer-call', pointer, passed, callee };
}

function typeOf(module: WasmModule, index: number): FunctionType {
  const imported = module.functionImports[index];
  const section = findSection(module, sectionIds.function);
  let type = imported?.typeIndex;
  if (imported === undefined && section !== undefined) {
    const reader = new ByteReader(module.bytes, section.start, section.end);
    reader.u32();
    for (let i = module.functionImports.length; i < index; i++) reader.skipLeb();
    type = reader.u32();
  }
  return module.types[type ?? -1] ?? { parameters: [], results: [] };
}
