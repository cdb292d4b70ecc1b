// Writes schemas/case.schema.json from the built source. A test checks that the published file is current.
import { mkdirSync, writeFileSync } from 'node:fs';
import { caseJsonSchema } from '../dist/case/index.js';

const directory = new URL('../schemas/', import.meta.url);
mkdirSync(directory, { recursive: true });
writeFileSync(new URL('case.schema.json', directory), `${JSON.stringify(caseJsonSchema(), null, 2)}\n`);
