// What a run leaves open, in words.
import type { OpenReason } from '../../judge/index.js';
import type { ModelStop, ModelUnreached } from '../../model/index.js';

/** A sentence without a full stop. */
export function openText(reason: OpenReason): string {
  switch (reason.kind) {
    case 'unreached':
      return `in ${reason.test}${kernelText(reason.kernel)}, ${unreachedText(reason.what)}`;
    case 'uncalled':
      return `no test calls ${reason.function}(), which the case exposes${kernelText(reason.kernel)}`;
    case 'canary-missed':
      return `the instrumentation of ${reason.unit} is broken: the race that Millrace planted there was not found${kernelText(reason.kernel)}`;
    case 'todo':
      return `still to be done in the case, ${reason.file}:${reason.line}: ${reason.text}`;
  }
}

function kernelText(kernel: string): string {
  return kernel === 'base' ? '' : ` with ${kernel}`;
}

function unreachedText(what: ModelUnreached): string {
  switch (what.kind) {
    case 'never-called':
      return what.isDefined
        ? `no side reached ${what.function}()${stopsText(what.stops)}`
        : `no side reached ${what.function}(), which neither the sources nor the harness define`;
    case 'one-side':
      return `${what.side.name} alone reached ${pairText(what.functions)}, so nothing ran against it`;
    case 'nothing-shared':
      return `${pairText(what.functions)} accessed nothing in common that one of them wrote`;
    case 'returned-early':
      return `${what.function}() returned early each time, after ${what.reached} of its ${what.lines} lines${stopsText(what.stops)}`;
    case 'side-stopped':
      return `${what.side.name} ended before it called anything of the sources${stopsText(what.stops)}`;
  }
}

function pairText([one, other]: readonly [string, string]): string {
  return one === other ? `${one}()` : `${one}() and ${other}()`;
}

/** More say no more to a reader. */
const mostStops = 2;

function stopsText(stops: readonly ModelStop[]): string {
  if (stops.length === 0) return '';
  const places = [...new Set(stops.map(({ place }) => `${place.file.split('/').at(-1)}:${place.line}`))];
  const more = places.length > mostStops ? ` and ${places.length - mostStops} more` : '';
  return ` (the condition at ${places.slice(0, mostStops).join(', ')}${more} came out one way each time)`;
}
