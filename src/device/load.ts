// A device.yaml, read and checked: what is wrong with it, all at once, each with its line.
import { basename, dirname, join } from 'node:path';
import { displayPath, InputErrors, inputError, type MillraceError } from '../base/index.js';
import { parseYaml, problemsOf, readCaseFile, type YamlDocument } from '../case/index.js';
import { type DeviceFile, deviceFileSchema, deviceJsonSchema } from './schema.js';
import type { Device, Register, RegisterArray } from './types.js';

/** Errors: `input`, all of them (`InputErrors`), each with file, line and what to do. */
export async function loadDevice(path: string): Promise<Device> {
  const folder = dirname(path);
  const refuse = (problems: readonly MillraceError[]) =>
    new InputErrors(`the device ${displayPath(path)} cannot be used as it is`, problems);
  const document = parseYaml(await readCaseFile(folder, basename(path)), path);
  if (!('locate' in document)) throw refuse(document);
  const parsed = deviceFileSchema.safeParse(document.value);
  if (!parsed.success)
    throw refuse(
      parsed.error.issues.flatMap((issue) =>
        problemsOf(issue, document, { what: 'a device', jsonSchema: deviceJsonSchema() }),
      ),
    );
  const file = parsed.data;
  const { registers, arrays, problems } = expand(file, document);
  if (problems.length > 0) throw refuse(problems);
  if (file.code !== undefined) await readCaseFile(folder, file.code, document.locate(['code']));
  return {
    name: file.name,
    bus: file.bus,
    pci: file.pci,
    interrupt: file.interrupt,
    bars: file.bars,
    registers,
    arrays,
    code: file.code === undefined ? null : join(folder, file.code),
  };
}

interface Expanded {
  readonly registers: readonly Register[];
  readonly arrays: readonly RegisterArray[];
  readonly problems: readonly MillraceError[];
}

/** Each register by itself. Two may not share a byte, nor lie outside of their BAR. */
function expand(file: DeviceFile, document: YamlDocument): Expanded {
  const registers: Register[] = [];
  const arrays: RegisterArray[] = [];
  const problems: MillraceError[] = [];
  const bars = new Map<number, (string | undefined)[]>();
  for (const [index, bar] of file.bars.entries()) {
    if (bars.has(bar.index))
      problems.push(
        inputError(`BAR ${bar.index} is there already`, {
          at: document.locate(['bars', index]),
          hint: 'Remove one of them.',
        }),
      );
    bars.set(bar.index, []);
  }
  for (const [index, one] of file.registers.entries()) {
    const { name, bar, width, count, reset, access, offset: first } = one;
    const { stride = width } = one;
    const at = document.locate(['registers', index]);
    const size = file.bars.find((other) => other.index === bar)?.size;
    const refuse = (message: string, hint: string) => problems.push(inputError(message, { at, hint }));
    if (arrays.some((array) => array.name === name))
      refuse(`the register ${name} is there already`, 'Rename one.');
    if (size === undefined)
      refuse(`${name} is in BAR ${bar}, which the device does not have`, 'Add it to `bars`.');
    else if (first + (count - 1) * stride + width > size)
      refuse(`${name} does not fit into BAR ${bar}, which has ${size} bytes`, 'Check its offset, in bytes.');
    if (reset >= 2 ** (8 * width))
      refuse(`the reset value of ${name} is wider than it is`, 'Check its width.');
    arrays.push({ name, first: registers.length, count });
    const taken = bars.get(bar) ?? [];
    for (let element = 0; element < count; element += 1) {
      const offset = first + element * stride;
      const full = count === 1 ? name : `${name}[${element}]`;
      for (let byte = offset; byte < offset + width; byte += 1) {
        const other = taken[byte];
        if (other !== undefined) {
          refuse(
            `${full} lies on ${other}, at byte ${byte}`,
            'Check offsets, in bytes, and the stride of arrays.',
          );
          break;
        }
        taken[byte] = full;
      }
      registers.push({ name: full, bar, offset, width, reset, access });
    }
  }
  return { registers, arrays, problems };
}
