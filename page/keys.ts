// Keys of the interleaving: heard wherever nothing else wants them.
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

export interface Key {
  /** As KeyboardEvent.key has it, `Shift+` in front for those that are not letters or signs. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly short: string;
  readonly run: () => void;
  readonly off?: boolean;
}

export function useKeys(root: RefObject<HTMLElement>, keys: readonly Key[]): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('input:not([type=checkbox]), select, textarea, [contenteditable]') !== null) return;
      // Scrolling the rest of the document stays what it is.
      if (root.current === null || !(target === document.body || root.current.contains(target))) return;
      const name = event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
      const key = keys.find((one) => one.keys.includes(name));
      if (key === undefined || key.off) return;
      event.preventDefault();
      key.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
