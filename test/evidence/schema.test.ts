import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { evidenceOf, reportJsonSchema } from '../../src/evidence/index.js';
import { renderReport } from '../../src/render/index.js';
import { stored } from '../render/stored.js';

describe('the JSON Schema of a report', () => {
  const ajv = new Ajv2020.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const isReport = ajv.compile(reportJsonSchema());

  it('is published as it is (npm run schemas writes it)', async () => {
    const published = await readFile(join(import.meta.dirname, '../../schemas/report.schema.json'), 'utf8');
    expect(JSON.parse(published)).toEqual(reportJsonSchema());
  });

  it.each(Object.keys(stored))('has what a report is: %s', (name) => {
    const report = JSON.parse(renderReport(evidenceOf(stored[name] ?? expect.fail()), 'json'));
    expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
    expect(isReport({ ...report, variables: [{}] })).toBe(false);
    expect(isReport({ ...report, more: 1 })).toBe(false);
  });
});
