// Turns of the event loop for work that keeps it busy: without them nobody hears a signal and nothing is drawn.

/** How long the event loop waits at most, in milliseconds. */
const longest = 50;

export class Breath {
  private last = performance.now();

  isDue(now: number): boolean {
    return now - this.last >= longest;
  }

  async take(): Promise<void> {
    // A browser has no setImmediate().
    await new Promise<void>((resume) => (globalThis.setImmediate ?? setTimeout)(resume));
    this.last = performance.now();
  }
}
