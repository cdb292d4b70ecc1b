// Writes docs/api/ anew from the built package.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPages } from './api-pages.mjs';

const folder = 'docs/api';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of apiPages('dist')) writeFileSync(join(folder, name), text);
