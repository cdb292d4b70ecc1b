// What KCSAN keeps of a task, or of the interrupts of a CPU: struct kcsan_ctx (include/linux/kcsan.h, v6.12.117).

/** Words of struct kcsan_scoped_access on a machine of 32 bits (include/linux/kcsan-checks.h). */
export const scopedAccessWords = { stackDepth: 0, address: 2, size: 3, type: 4, site: 5 } as const;
export const scopedAccessLength = 6;

/** A scoped access: where its structure lies, by which its end is told, and what it is. */
export interface ScopedAccess {
  readonly key: number;
  readonly address: number;
  readonly size: number;
  readonly type: number;
  readonly site: number;
}

export class KcsanContext {
  disableCount = 0;
  disableScoped = 0;
  atomicNext = 0;
  atomicNestCount = 0;
  inFlatAtomic = false;
  accessMask = 0;
  /** How deep it is in functions: of an interrupt, those of the interrupts below it too. */
  stackDepth = 0;
  /** The newest first. */
  readonly scopedAccesses: ScopedAccess[] = [];
  /**
   * The access that may still happen later, and the index of its structure: in words of the program's own where
   * kernel code reaches into it through current->kcsan_ctx.
   */
  reorderWords: Int32Array = new Int32Array(scopedAccessLength);
  reorderAt = 0;

  reset(): void {
    this.disableCount = 0;
    this.disableScoped = 0;
    this.atomicNext = 0;
    this.atomicNestCount = 0;
    this.inFlatAtomic = false;
    this.accessMask = 0;
    this.stackDepth = 0;
    this.scopedAccesses.length = 0;
    this.reorderWords = new Int32Array(scopedAccessLength);
    this.reorderAt = 0;
  }
}
