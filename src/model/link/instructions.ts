// How long each WebAssembly instruction is (WebAssembly Core Specification 2.0, section 5.4), to walk over code.
import { environmentError } from '../../base/index.js';
import type { ByteReader } from './leb.js';

/** Moves `reader`, which stands behind `opcode`, over the immediates of that instruction. */
export function skipImmediates(opcode: number, reader: ByteReader): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return;
  if (opcode >= 0x28 && opcode <= 0x3e) {
    skip(reader, 2);
    return;
  }
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x12: // return_call
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
    case 0x25: // table.get
    case 0x26: // table.set
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case 0xd2: // ref.func
      skip(reader, 1);
      return;
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      skip(reader, 2);
      return;
    case 0x0e: // br_table
      skip(reader, reader.u32() + 1);
      return;
    case 0x1c: // select with types
      skip(reader, reader.u32());
      return;
    case 0x43: // f32.const
      reader.position += 4;
      return;
    case 0x44: // f64.const
      reader.position += 8;
      return;
    case 0xfc:
      skip(reader, miscellaneousImmediates(reader.u32()));
      return;
    // Atomic loads and stores; of them, a fence has one byte.
    case 0xfe:
      skip(reader, reader.u32() === 3 ? 1 : 2);
      return;
    default:
      throw environmentError(
        `WebAssembly instruction 0x${opcode.toString(16)} is not expected from the linker`,
      );
  }
}

function skip(reader: ByteReader, count: number): void {
  for (let i = 0; i < count; i++) reader.skipLeb();
}

/** The 0xfc group: saturating truncation, bulk memory, tables. */
function miscellaneousImmediates(operation: number): number {
  if (operation <= 7) return 0;
  return operation === 9 || operation === 11 || operation === 13 || operation >= 15 ? 1 : 2;
}
