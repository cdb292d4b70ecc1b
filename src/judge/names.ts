// What a variable is called in a sentence.

/** `pending_dma_en`; `registers[2]` rather than `registers`. */
export function displayName({
  name,
  object,
}: {
  readonly name: string;
  readonly object: string | null;
}): string {
  const last = object?.split('.').at(-1) ?? '';
  return last.endsWith(']') ? last : name;
}
