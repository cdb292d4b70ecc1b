// How far each side came, as a section of the page: functions, lines that never ran, conditions that kept them from it.
import type { Element } from 'hast';
import { type Evidence, engineOf } from '../../evidence/index.js';
import type { ModelFunctionCoverage } from '../../model/index.js';
import { el, section, table } from './elements.js';

export function coverageSection(evidence: Evidence): Element[] {
  const kernels = engineOf(evidence, 'model')?.kernels ?? [];
  return section(
    'coverage',
    'How far each side came',
    kernels.flatMap(({ name: kernel, tests }) =>
      tests.flatMap(({ name, coverage }) =>
        coverage === null
          ? []
          : [
              el('h3', `${name}, ${kernel === 'base' ? 'base' : `with ${kernel}`}`),
              table(
                [
                  'Side',
                  'Function',
                  'File',
                  'Lines reached',
                  'Never reached',
                  'Conditions that came out one way',
                ],
                coverage.sides.flatMap(({ side, functions }) =>
                  functions.length === 0
                    ? [[side.name, 'nothing of the case', '', '0', '', '']]
                    : functions.map((one) => [side.name, ...functionCells(one)]),
                ),
                [3],
              ),
            ],
      ),
    ),
  );
}

function functionCells({ function: name, file, reached, missed, oneWay }: ModelFunctionCoverage): string[] {
  return [
    name,
    file.split('/').at(-1) ?? file,
    `${reached.length} of ${reached.length + missed.length}`,
    rangesText(missed),
    oneWay.map(({ place }) => `line ${place.line}`).join(', '),
  ];
}

/** `10-12, 17`. */
function rangesText(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
