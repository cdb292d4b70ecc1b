// How long work tells the world how far it is. Engines write to a Progress; only `cli/` knows what it looks like.

export type StepUpdate = (message: string, /** 0 to 1, when it is known */ fraction?: number) => void;

/** Where long work says how far it is: a step at a time, and notes in between. */
export interface Progress {
  /** Runs `work` as one named step; steps follow each other and may nest. */
  step<T>(title: string, work: (update: StepUpdate) => Promise<T>): Promise<T>;
  /** A line that stays on the screen: a decision taken, a fallback chosen. */
  note(message: string): void;
}

/** Does the work and says nothing. */
export const silentProgress: Progress = {
  step: (_title, work) => work(() => {}),
  note: () => {},
};
