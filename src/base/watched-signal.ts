// An AbortSignal for code that keeps its thread busy: whoever asks it sees what another thread has written.

/** Aborted once the one word of `shared` is not 0, and looked at: no event tells of it before that. */
export function watchedSignal(shared: SharedArrayBuffer): AbortSignal {
  const word = new Int32Array(shared);
  const controller = new AbortController();
  const { signal } = controller;
  const { get } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted') as { get: () => boolean };
  return Object.defineProperty(signal, 'aborted', {
    get() {
      if (Atomics.load(word, 0) !== 0 && !get.call(signal)) controller.abort();
      return get.call(signal);
    },
  });
}
