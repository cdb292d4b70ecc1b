// Which functions race, and in what order they are told.
import { type Evidence, engineOf } from '../../evidence/index.js';
import { listed } from '../plain/index.js';

/** `f / g`, those that were seen on the base first named once each; what the case expects where nothing was seen. */
export function racingPairs(evidence: Evidence): string[] {
  const kernel = (engineOf(evidence, 'kernel')?.pairs ?? []).filter(({ base }) => base.hits > 0);
  const model = (engineOf(evidence, 'model')?.pairs ?? []).filter(({ base }) => base > 0);
  const sampled = (engineOf(evidence, 'kcsan')?.pairs ?? []).filter(({ base }) => base.hits > 0);
  const seen = [...kernel, ...model, ...sampled].map(({ functions }) => functions);
  const races = evidence.variables.flatMap(({ races: pairs }) => pairs.map(({ functions }) => functions));
  const expected = evidence.run.case.tests.flatMap((test) => test.races.map(({ functions }) => functions));
  const shown = seen.length > 0 ? seen : races.length > 0 ? races : expected;
  return [...new Set(shown.map((functions) => [...functions].sort().join(' / ')))];
}

export function isShown({ verdict }: Evidence): boolean {
  return verdict.kind !== 'not-shown' && verdict.kind !== 'inconclusive';
}

/** `drivers/media/pci/tw686x`: the folder that all of the case's sources share; the first source where none is. */
export function placeOf({
  run: {
    case: { sources },
  },
}: Pick<Evidence, 'run'>): string {
  const folders = new Set(sources.map((source) => source.split('/').slice(0, -1).join('/')));
  return folders.size === 1 ? ([...folders][0] ?? '') : listed(sources.slice(0, 1));
}

/** `media: tw686x: `, as subjects of patches begin, guessed from the folder: `drivers/media/pci/tw686x`. */
export function subjectPrefix(evidence: Pick<Evidence, 'run'>): string {
  const parts = placeOf(evidence)
    .split('/')
    .filter((part) => part !== '' && part !== 'drivers');
  if (parts.length === 0) return '';
  const [first, last] = [parts[0], parts.at(-1)];
  return first === last ? `${first}: ` : `${first}: ${last}: `;
}
