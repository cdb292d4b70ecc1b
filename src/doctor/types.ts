// What `millrace doctor` finds out, as plain data.

/** What stands or falls with a requirement: an engine, fetching `debian:` trees, or campaigns with a queue. */
export type Area = 'model' | 'kernel' | 'debian' | 'campaigns';

/** What a probe saw. */
export interface Finding {
  readonly found: boolean;
  readonly version: string | null;
  readonly path: string | null;
  /** What to know about it, found or not. */
  readonly remark: string | null;
}

export interface Requirement extends Finding {
  readonly name: string;
  /** Why it is wanted. */
  readonly purpose: string;
  /** Without a required one the area is not usable. */
  readonly required: boolean;
}

export interface AreaReport {
  readonly area: Area;
  readonly title: string;
  readonly usable: boolean;
  readonly requirements: readonly Requirement[];
}

/** What each engine needs, and what of it is there. */
export interface DoctorReport {
  /** `debian`, `fedora`, `arch` by family; null for any other. */
  readonly system: string | null;
  readonly systemName: string;
  readonly areas: readonly AreaReport[];
  /** What to run before `install`, so that the package manager knows what there is; null where nothing is needed. */
  readonly refresh: string | null;
  /** The one command that installs all that is missing; null when nothing is, or when no package manager is known. */
  readonly install: string | null;
  /** Packages or programs that are missing, by the names that this system has for them. */
  readonly missing: readonly string[];
}
