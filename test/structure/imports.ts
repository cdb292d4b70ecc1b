// Who imports whom in src/, types and loaded-on-demand modules included, read from the import statements themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** For each file of src/, by its path inside src/: the files that it imports. */
export function importsBetweenFiles(root = 'src'): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return new Map(
    files.toSorted().map((file) => [file, importsIn(file, readFileSync(join(root, file), 'utf8'))]),
  );
}

function importsIn(file: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\b[^'";]*from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm);
  return [...statements].map(([, named, loaded]) =>
    normalize(join(dirname(file), (named ?? loaded ?? '').replace(/\.js$/, '.ts'))),
  );
}

/** Circles, each as the names on the way round; at most one for each strongly connected part. */
export function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (name: string, way: readonly string[]): void => {
    const at = way.indexOf(name);
    if (at >= 0) circles.push([...way.slice(at), name]);
    if (at >= 0 || done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...way, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return circles;
}
