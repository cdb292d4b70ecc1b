// What a page is given of a run, besides its machines: plain data, in a script element that is never executed.

export interface PageSchedule {
  /** For `millrace replay`. */
  readonly text: string;
  readonly title: string;
  /** What it shows, a sentence each. */
  readonly shows: readonly string[];
}

export interface PageData {
  /** What `millrace replay` finds the case by. */
  readonly caseArgument: string;
  readonly schedules: readonly PageSchedule[];
  /** Index of the one to begin with. */
  readonly first: number;
}

/** Ids and classes that the page finds its parts by. */
export const pageParts = {
  data: 'millrace-run',
  machine: 'millrace-machine',
  interleaving: 'interleaving',
} as const;
