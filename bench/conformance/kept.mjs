// Results that one run leaves for the next: of the same inputs, or not at all.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The list of what was measured so far, in `<directory>/<name>.json`.
 * @param inputs what makes a measurement another one; a file of other inputs is begun anew
 */
export function keptList(directory, name, inputs) {
  const file = join(directory, `${name}.json`);
  const key = createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 20);
  const stored = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  const items = stored?.key === key ? stored.items : [];
  return {
    items,
    /** Anything that goes with all items. */
    about: stored?.key === key ? stored.about : null,
    add(item, about) {
      items.push(item);
      writeFileSync(file, JSON.stringify({ key, about, items }, null, 2));
    },
  };
}
