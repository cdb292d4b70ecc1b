// The command line as few files, in the place of what tsc wrote: reading some three hundred takes longer than most
// commands. A command is a chunk of its own; libraries that are large, or that read files beside their own, stay apart.
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const top = fileURLToPath(new URL('..', import.meta.url));
const folder = join(top, 'dist/cli');

for (const name of readdirSync(folder)) if (name.startsWith('chunk-')) rmSync(join(folder, name));

/** The command line, and threads and processes that it starts at once. */
const inputs = {
  main: 'src/cli/main.ts',
  'check-thread': 'src/model/plain-c/apart-thread.ts',
  'campaign-job': 'src/campaign/job-process.ts',
  'explore-thread': 'src/run/explore-thread.ts',
};
const entries = Object.values(inputs).map((path) => join(top, path));

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

/**
 * Text of ASCII, dashes and quotation marks, which is nearly all: the tables for other text take longer to load than
 * most commands do.
 */
const narrowWidth = {
  name: 'narrow-width',
  async resolveId(source, importer) {
    if (source !== 'string-width' || importer?.startsWith('\0')) return null;
    const whole = await this.resolve(source, importer, { skipSelf: true });
    return whole === null ? null : `\0narrow-width:${whole.id}`;
  },
  load(id) {
    if (!id.startsWith('\0narrow-width:')) return null;
    const path = JSON.stringify(id.slice('\0narrow-width:'.length));
    return {
      code: `const isNarrow = /^[\\x20-\\x7e\\u2010-\\u2026]*$/;
module.exports = (text, options) => isNarrow.test(text) ? text.length : require(${path}).default(text, options);`,
      moduleType: 'js',
    };
  },
};

await build({
  input: Object.fromEntries(Object.entries(inputs).map(([name, path]) => [name, join(top, path)])),
  platform: 'node',
  external: [
    ...['@observablehq/plot', '@yowasp/clang', 'binaryen', 'linkedom', 'web-tree-sitter'],
    ...['@photostructure/sqlite', 'bullmq', 'ioredis'],
  ],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  // A folder's index.ts names more than most of those who import from it need.
  treeshake: { moduleSideEffects: (id) => !id.startsWith(join(top, 'src')) || entries.includes(id) },
  plugins: [placeOfModules, narrowWidth],
  output: {
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});

chmodSync(join(folder, 'main.js'), 0o755);
