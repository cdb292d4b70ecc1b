// Which of the races that the exploration found KCSAN's settings show, and which they do not: where both looked.
import type { Evidence } from '../../evidence/index.js';
import { nameOf } from '../variable-name.js';

export interface Predictions {
  /** `f a.c:1 and g b.c:2 on x, in 73 executions of the 10000 of all tests`, without a full stop. */
  readonly shown: readonly string[];
  /** The same without a count. */
  readonly silent: readonly string[];
}

/** On the base; nothing where one of the two detectors did not run. */
export function predictions({ variables, engines }: Evidence): Predictions {
  const sampled = engines.find(({ engine }) => engine === 'kcsan');
  const total =
    sampled?.engine === 'kcsan' ? sampled.tests.reduce((sum, { base }) => sum + base.executions, 0) : 0;
  const shown: string[] = [];
  const silent: string[] = [];
  for (const variable of variables)
    for (const { lines, functions, counts } of variable.races) {
      if (counts.kcsan === null || counts.model === null || counts.model.base === 0) continue;
      const on = variable.struct === null ? '' : ` on ${nameOf(variable)}`;
      const pair = `${functions[0]} ${shortPlace(lines[0])} and ${functions[1]} ${shortPlace(lines[1])}${on}`;
      if (counts.kcsan.base === 0) silent.push(pair);
      else shown.push(`${pair}, in ${counts.kcsan.base} executions of the ${total} of all tests`);
    }
  return { shown, silent };
}

function shortPlace(place: string): string {
  return place.split('/').at(-1) ?? place;
}
