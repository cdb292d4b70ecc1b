// Writes schemas/*.schema.json from the built source. Tests check that the published files are current.
import { mkdirSync, writeFileSync } from 'node:fs';
import { campaignJsonSchema } from '../dist/campaign/index.js';
import { caseJsonSchema } from '../dist/case/index.js';
import { deviceJsonSchema } from '../dist/device/index.js';
import { reportJsonSchema } from '../dist/evidence/index.js';
import { runJsonSchema } from '../dist/record/index.js';
import { parseOutputJsonSchema } from '../dist/report/index.js';

const directory = new URL('../schemas/', import.meta.url);
mkdirSync(directory, { recursive: true });
const schemas = {
  campaign: campaignJsonSchema(),
  case: caseJsonSchema(),
  device: deviceJsonSchema(),
  parse: parseOutputJsonSchema(),
  report: reportJsonSchema(),
  run: runJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas))
  writeFileSync(new URL(`${name}.schema.json`, directory), `${JSON.stringify(schema, null, 2)}\n`);
