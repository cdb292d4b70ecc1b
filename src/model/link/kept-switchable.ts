// What `asyncify()` gave before: Binaryen alone takes half a second to load.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { keptModule } from '../compile/index.js';
import { asyncify } from './asyncify.js';

/** Changes whenever {@link asyncify} gives other bytes. */
const asyncifyVersion = 4;

/** As {@link asyncify}, with what it gave before from the cache. */
export function keptSwitchable(bytes: Uint8Array, switching: readonly string[]): Promise<Uint8Array> {
  return keptModule('switchable', [asyncifyVersion, binaryenVersion(), switching, bytes], () =>
    asyncify(bytes, switching),
  );
}

function binaryenVersion(): string {
  const entry = createRequire(import.meta.url).resolve('binaryen');
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), 'package.json'), 'utf8'));
  return (manifest as { readonly version: string }).version;
}
