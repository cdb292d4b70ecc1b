// A campaign of real jobs that are soon done: cases whose sources the trees do not have, which a run says before it
// compiles anything.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smallCase, smallTree, write } from '../kernel/small-case.js';

export interface SmallCampaign {
  /** The working directory, with campaign.yaml, the cases and the trees. */
  readonly folder: string;
  readonly file: string;
}

/** `cases` × `trees` jobs. */
export function smallCampaign({
  cases = 2,
  trees = 2,
  more = '',
}: {
  cases?: number;
  trees?: number;
  /** Lines of the file. */
  more?: string;
} = {}): SmallCampaign {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-campaign-'));
  const caseNames = Array.from({ length: cases }, (_, index) => `case-${index + 1}`);
  for (const name of caseNames) {
    const { directory } = smallCase();
    mkdirSync(join(folder, name));
    for (const file of readdirSync(directory)) {
      const text = readFileSync(join(directory, file), 'utf8').replaceAll(
        'drivers/foo/foo.c',
        'drivers/foo/gone.c',
      );
      writeFileSync(join(folder, name, file), text);
    }
  }
  const treePaths = Array.from({ length: trees }, (_, index) => {
    const { path } = smallTree();
    write(path, 'version.txt', `${index}\n`);
    return path;
  });
  const file = join(folder, 'campaign.yaml');
  writeFileSync(
    file,
    `version: 1\ntitle: Small\ncases: [${caseNames.join(', ')}]\ntrees: [${treePaths.join(', ')}]\n${more}`,
  );
  return { folder, file };
}
