// The command line as few files, in the place of what tsc wrote: reading some three hundred takes longer than most
// commands. A command is a chunk of its own; libraries that are large, or that read files beside their own, stay apart.
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const top = fileURLToPath(new URL('..', import.meta.url));
const folder = join(top, 'dist/cli');

for (const name of readdirSync(folder)) if (name.startsWith('chunk-')) rmSync(join(folder, name));

/**
 * What a module finds beside itself it finds from where tsc put it. A library's `__filename` is part of the names of
 * its temporary files and no more.
 */
const placeOfModules = {
  name: 'place-of-modules',
  transform(code, id) {
    const built = id.startsWith(join(top, 'src'))
      ? join(top, 'dist', relative(join(top, 'src'), id)).replace(/\.ts$/, '.js')
      : id;
    const from = JSON.stringify(relative(folder, built));
    return code
      .replaceAll('import.meta.url', `new URL(${from}, import.meta.url).href`)
      .replaceAll(/\b__filename\b/g, from);
  },
};

await build({
  input: join(top, 'src/cli/main.ts'),
  platform: 'node',
  external: ['@observablehq/plot', '@yowasp/clang', 'binaryen', 'linkedom', 'web-tree-sitter'],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  plugins: [placeOfModules],
  output: {
    dir: folder,
    format: 'esm',
    entryFileNames: 'main.js',
    chunkFileNames: 'chunk-[name]-[hash].js',
  },
});

chmodSync(join(folder, 'main.js'), 0o755);
