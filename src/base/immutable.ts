/** `T` with every property and element read-only, at any depth. */
export type Immutable<T> = { readonly [K in keyof T]: Immutable<T[K]> };
