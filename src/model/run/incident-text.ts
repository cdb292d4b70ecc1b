// One thing that an execution shows to be wrong, as a sentence with its places.
import type { Incident } from '../machine/index.js';
import type { SourceNames } from './source-names.js';

export function incidentText({ kind, message, sites }: Incident, names: SourceNames): string {
  const places = sites.map((site) => names.place(site));
  const where = places.map(({ function: name, file, line }) => `${name}() ${file}:${line}`).join(' and ');
  const what = kind === 'data-race' ? 'data race' : kind === 'assertion' ? message : `${kind}: ${message}`;
  return `${what}, ${where}`;
}
