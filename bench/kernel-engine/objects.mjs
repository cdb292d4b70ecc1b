// Counts what a kernel build compiled, from the command files that kbuild leaves beside each object.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Objects that a compiler made for the kernel from C or assembler, below a build folder. */
export function compiledObjects(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => /(?:^|\/)\.[^/]*\.o\.cmd$/.test(path))
    .filter((path) => {
      const [command = ''] = readFileSync(join(folder, path), 'utf8').split('\n', 1);
      return / -D__KERNEL__ /.test(command) && / -c -o /.test(command);
    }).length;
}
