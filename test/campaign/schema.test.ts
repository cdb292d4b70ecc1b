import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { campaignJsonSchema } from '../../src/campaign/index.js';

const published = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas/campaign.schema.json'), 'utf8'),
);

test('the published schema of a campaign is current (npm run schemas)', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(campaignJsonSchema())));
});

test('the schema takes the least that a campaign says, and refuses a key that there is not', () => {
  const validate = new Ajv2020({ strict: false }).compile(published);
  const least = { version: 1, cases: ['my-case'], trees: ['debian:6.12'] };
  expect(validate(least)).toBe(true);
  expect(validate({ ...least, engine: ['model'] })).toBe(false);
});
