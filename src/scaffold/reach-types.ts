// What a side needs of the world around it, as read off the code that it reaches.
import type { CFunction, CType } from '../c-syntax/index.js';

/** A place in the fakes: an object, by its structure, and the way to a field of it: `dma_delay_timer`, `vb.queue`. */
export interface Place {
  readonly struct: string;
  /** Empty for the object itself. */
  readonly path: string;
}

/** What holds a pointer before the side begins: a parameter of its entry, or a field. */
export type Cell =
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'field'; readonly place: Place };

export interface Site {
  readonly file: string;
  readonly line: number;
}

/** A value that a field or a parameter of the entry has to have before the side begins. */
export interface Want {
  readonly target: WantTarget;
  readonly set:
    | { readonly kind: 'value'; readonly text: string }
    /** These bits besides others. */
    | { readonly kind: 'bits'; readonly text: string }
    | { readonly kind: 'bit'; readonly text: string }
    | { readonly kind: 'atomic'; readonly text: string };
  /** How much it is worth: an early return that is met before a branch that may be taken. */
  readonly rank: 'return' | 'branch';
  readonly site: Site;
}

export type WantTarget =
  | { readonly kind: 'field'; readonly place: Place }
  | { readonly kind: 'parameter'; readonly index: number };

/** A condition at which the side leaves early, and of which no value is known that meets it. */
export interface Unmet {
  readonly condition: string;
  readonly site: Site;
}

export interface PlacedField {
  readonly place: Place;
  readonly type: CType;
  readonly site: Site;
}

export interface Reach {
  readonly entry: CFunction;
  /** Functions whose bodies were read, the entry first. */
  readonly functions: readonly CFunction[];
  /** Pointers that the code follows, and where they have to lead. */
  readonly bindings: ReadonlyMap<string, { readonly cell: Cell; readonly target: Place }>;
  /** Pointers that the code follows to memory of a plain type: registers, buffers. */
  readonly buffers: ReadonlyMap<string, { readonly cell: Cell; readonly type: CType; readonly site: Site }>;
  /** Fields that the code uses, by place. */
  readonly fields: ReadonlyMap<string, PlacedField>;
  /** Fields that decide which way the code goes. */
  readonly tested: ReadonlyMap<string, PlacedField>;
  /** Function pointers that the code calls. */
  readonly called: ReadonlyMap<string, PlacedField>;
  /** What brings the code past its early returns. */
  readonly wants: ReadonlyMap<string, Want>;
  /** Early returns for which that is not known, by condition. */
  readonly unmet: ReadonlyMap<string, Unmet>;
  /** Structures of which the code frees an object. */
  readonly freed: ReadonlySet<string>;
  /** Pointers of plain types whose memory the code frees. */
  readonly freedBuffers: ReadonlySet<string>;
  /** Names of all functions and macros that the code calls. */
  readonly calls: ReadonlySet<string>;
}

export function placeKey({ struct, path }: Place): string {
  return `${struct} ${path}`;
}

export function cellKey(cell: Cell): string {
  return cell.kind === 'parameter' ? `parameter ${cell.index}` : `field ${placeKey(cell.place)}`;
}
