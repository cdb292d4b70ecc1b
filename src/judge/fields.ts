// What a report is about when neither function nor address says so: the field that both of its lines name.
import type { RaceReport } from '../report/index.js';

export interface FieldName {
  /** Without the word `struct`; null where the source does not tell in the function itself. */
  readonly struct: string | null;
  readonly field: string;
}

/** The fields that a line names, by the source that a kernel was built from. */
export interface LineFields {
  /** `base`, or the fix's name. */
  readonly kernel: string;
  /** Path inside the tree. */
  readonly file: string;
  readonly line: number;
  readonly fields: readonly FieldName[];
}

/** The one field that the lines of both accesses name; null where there is none, or more than one. */
export function racingField(
  { accesses }: Pick<RaceReport, 'accesses'>,
  kernel: string,
  lines: readonly LineFields[],
): FieldName | null {
  const [first, second] = accesses.map(({ stack: [frame] }) =>
    lines.find((one) => one.kernel === kernel && one.file === frame?.file && one.line === frame.line),
  );
  if (first === undefined || second === undefined) return null;
  const common = first.fields.flatMap((field) => {
    const same = second.fields.find((other) => isSameField(field, other));
    return same === undefined ? [] : [{ struct: field.struct ?? same.struct, field: field.field }];
  });
  return common.length === 1 ? (common[0] ?? null) : null;
}

/** A struct that is not known may be any. */
export function isSameField(one: FieldName, other: FieldName): boolean {
  return (
    one.field === other.field && (one.struct === null || other.struct === null || one.struct === other.struct)
  );
}

/** `tw686x_dev.pending_dma_en` */
export function fieldText({ struct, field }: FieldName): string {
  return struct === null ? field : `${struct}.${field}`;
}
