// Who waits for what in a deadlock, and who holds it, in words.
import type { ModelFinding, ModelWait } from '../model/index.js';

/** The finding in one sentence without a full stop: each lock of a deadlock with its holder, where they are known. */
export function findingText({ message, waits }: Pick<ModelFinding, 'message' | 'waits'>): string {
  return waits.some(({ lock }) => lock !== null) ? waits.map(waitText).join('; ') : message;
}

function waitText({ side, what, lock, holders }: ModelWait): string {
  const waits = `${side.name} (CPU ${side.cpu}) waits for ${lock === null ? what : `${lock}, ${what}`}`;
  if (holders.length === 0) return waits;
  const held = holders.map(({ side: holder, taken }) => {
    const place = `${taken.file.split('/').at(-1)}:${taken.line}`;
    const who = holder.name === side.name ? 'itself' : holder.name;
    return `${who} since ${taken.function}() ${place}`;
  });
  return `${waits}, held by ${held.join(' and ')}`;
}
