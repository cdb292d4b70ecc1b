import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runJsonSchema } from '../../src/record/index.js';

test('the published JSON Schema is current (npm run schemas writes it)', async () => {
  const published = await readFile(join(import.meta.dirname, '../../schemas/run.schema.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(runJsonSchema());
});
