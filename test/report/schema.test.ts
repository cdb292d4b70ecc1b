import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseOutputJsonSchema } from '../../src/report/index.js';

it('the published JSON Schema of parse is current (npm run schemas writes it)', () => {
  const published = readFileSync(join(import.meta.dirname, '../../schemas/parse.schema.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(parseOutputJsonSchema());
});
