// Binaryen as Millrace loads it: its WebAssembly as a file beside its JavaScript, in dist/binaryen. The npm package has
// ten megabytes of it as one string of its only module, which takes V8 half a second to read.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../dist/binaryen', import.meta.url));
const packaged = createRequire(import.meta.url).resolve('binaryen');

/** The module as the package decodes it. */
async function decodedModule() {
  const { instantiate } = WebAssembly;
  let taken;
  WebAssembly.instantiate = (bytes, imports) => {
    taken = bytes;
    return instantiate(bytes, imports);
  };
  await import(packaged);
  WebAssembly.instantiate = instantiate;
  return taken;
}

/** The package's module without its string, as CommonJS that exports the function that makes a Binaryen. */
function script(source) {
  const begin = source.search(/\?\?=[\w$]+\(`/) + 1;
  const open = source.indexOf('`', begin);
  let close = open + 1;
  for (; source[close] !== '`'; close++) if (source[close] === '\\') close++;
  const withoutString = `${source.slice(0, open)}''${source.slice(close + 1)}`.replaceAll(
    'import.meta.url',
    '__filename',
  );
  const ending = /var ([\w$]+)=([\w$]+);var ([\w$]+)=await \1\(\),([\w$]+)=\3;export\{\4 as default\};\s*$/;
  const maker = ending.exec(withoutString)?.[2];
  if (close - open < 1e6 || maker === undefined)
    throw new Error('The package binaryen is built otherwise than this script knows: see its index.js.');
  return withoutString.replace(ending, `module.exports = ${maker};\n`);
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'binaryen.wasm'), await decodedModule());
writeFileSync(join(folder, 'binaryen.cjs'), script(readFileSync(packaged, 'utf8')));
