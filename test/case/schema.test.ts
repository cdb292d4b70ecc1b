import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { caseJsonSchema } from '../../src/case/index.js';

test('the published JSON Schema is current (npm run schemas writes it)', async () => {
  const published = await readFile(join(import.meta.dirname, '../../schemas/case.schema.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(caseJsonSchema());
});

test('every field of the JSON Schema has a description for editors to show', () => {
  const missing: string[] = [];
  const visit = (schema: unknown, path: string) => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties, items, prefixItems, additionalProperties } = schema as Record<string, unknown>;
    for (const [key, value] of Object.entries(properties ?? {})) {
      if (typeof (value as { description?: unknown }).description !== 'string')
        missing.push(`${path}.${key}`);
      visit(value, `${path}.${key}`);
    }
    for (const inner of [items, prefixItems, additionalProperties].flat()) visit(inner, `${path}[]`);
  };
  visit(caseJsonSchema(), 'case');
  expect(missing).toEqual([]);
});
