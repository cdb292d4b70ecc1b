export interface Field {
  readonly name: string;
  readonly right: boolean;
  readonly wanted: unknown;
  readonly found: unknown;
}

export function scoreReport(truth: object, report: object | undefined): readonly Field[];
export function reportOf<Report extends object>(
  truth: object,
  reports: readonly Report[],
): Report | undefined;
