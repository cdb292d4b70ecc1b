// The page's script and style, each one file: a report takes both in, so nothing of them may load anything else.
import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const top = fileURLToPath(new URL('..', import.meta.url));
const folder = `${top}dist/page/app`;

async function bundle(input, name) {
  const { output } = await build({
    input: `${top}page/${input}`,
    platform: 'browser',
    tsconfig: `${top}page/tsconfig.json`,
    // Packages, and what is Node's, that the engine imports for elsewhere: nothing of them may be left in the end.
    external: (id) => /^[A-Za-z@]/.test(id) && !id.startsWith('preact'),
    treeshake: { moduleSideEffects: false },
    resolve: { extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } },
    output: { file: `${folder}/${name}`, format: 'esm', minify: true, codeSplitting: false },
  });
  // The list of imports that goes with the code names those too of which nothing is left.
  const [{ code }] = output;
  const foreign = /(?:^|[;}\n])import(?:\s*["{*]|\s+\w)[^;]*|\bimport\(.*?\)/.exec(code);
  if (foreign !== null) throw new Error(`the page imports something: ${foreign[0].slice(0, 200)}`);
}

await bundle('main.tsx', 'page.js');
await bundle('runs.tsx', 'runs.js');
mkdirSync(folder, { recursive: true });
copyFileSync(`${top}page/page.css`, `${folder}/page.css`);
