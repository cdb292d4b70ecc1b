// What findings and observations of the model engine are both made of: who, where, which variable, in which schedule.

/** What a side of a test is; `setup` stands for the test's own setup and check. */
export type ModelContext = 'task' | 'timer' | 'softirq' | 'hardirq' | 'work' | 'setup';

/** One of the contexts that a test runs against each other. */
export interface ModelSide {
  /** As the harness calls it. */
  readonly name: string;
  readonly context: ModelContext;
  readonly cpu: number;
}

export interface ModelPlace {
  readonly function: string;
  /** Path inside the tree, or the harness's file name. */
  readonly file: string;
  /** Counts from 1; 0 where the compiler gave none. */
  readonly line: number;
}

/** What an address holds, by debug information or, for an object whose type that does not tell, by the source. */
export interface ModelVariable {
  /** `pending_dma_en`, `vidq_queued.next`, `jiffies`; the struct's name for an access to more than one field. */
  readonly name: string;
  /** Without the keyword; null for what is part of no struct. Lists, locks and the like count as fields. */
  readonly struct: string | null;
  readonly field: string | null;
  /** Bytes from the struct's begin, or the variable's. */
  readonly offset: number;
  /** Bytes of the field. */
  readonly size: number;
  /** The way to it from the object that was allocated, or the static variable: `fake.dev.pending_dma_en`. */
  readonly object: string | null;
  /** What the driver calls the register that the harness has this memory for; absent where nothing tells. */
  readonly register?: string | undefined;
  /** Of a number: whether it can be negative; null for what is none, or is not known. */
  readonly signed?: boolean | null | undefined;
}

/** A schedule that shows a finding. */
export interface ModelSchedule {
  /** For `millrace replay`. */
  readonly text: string;
  /** The fewest with which it can be had; null where that was not found out. */
  readonly preemptions: number | null;
}

/** What a variable is called in a sentence: `pending_dma_en`, `DMA_CMD`; `registers[2]` rather than `registers`. */
export function displayName({
  name,
  object,
  register,
}: Pick<ModelVariable, 'name' | 'object' | 'register'>): string {
  if (register !== undefined) return register;
  const last = object?.split('.').at(-1) ?? '';
  return last.endsWith(']') ? last : name;
}
