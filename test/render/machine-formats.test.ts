import { createRequire } from 'node:module';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { Log } from 'sarif';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { renderReport } from '../../src/render/index.js';
import { hostile, markup, modelRecord, stored } from './stored.js';

const sarifSchema = createRequire(import.meta.url)(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
) as object;
const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile<Log>(sarifSchema);

/** Names of the elements in the order of the document. Errors: what is no well-formed XML. */
function elementsOf(xml: string): string[] {
  const parser = new SaxesParser();
  const names: string[] = [];
  parser.on('opentag', ({ name }) => names.push(name));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return names;
}

describe('SARIF', () => {
  for (const [name, one] of Object.entries(stored)) {
    it(`is valid against the schema of 2.1.0: ${name}`, () => {
      const log = JSON.parse(renderReport(evidenceOf(one), 'sarif')) as Log;
      expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
    });
  }

  it('gives both locations of each racing pair of lines, inside the tree', () => {
    const log = JSON.parse(renderReport(evidenceOf(modelRecord), 'sarif')) as Log;
    const [base, fixed] = log.runs;
    expect(fixed?.results).toEqual([]);
    const races = base?.results?.filter(({ ruleId }) => ruleId === 'data-race') ?? [];
    expect(races.length).toBeGreaterThan(3);
    for (const race of races) {
      const places = race.relatedLocations?.map(({ physicalLocation: place }) => place) ?? [];
      expect(places).toHaveLength(2);
      for (const place of places) {
        expect(place?.artifactLocation?.uri).toMatch(/^drivers\/media\/pci\/tw686x\/tw686x-\w+\.c$/);
        expect(place?.region?.startLine).toBeGreaterThan(0);
      }
    }
  });

  it('tells what still races with the fix in the run of the fix', () => {
    const log = JSON.parse(
      renderReport(evidenceOf(stored['kernel-incomplete'] ?? expect.fail()), 'sarif'),
    ) as Log;
    expect(log.runs.map(({ results }) => results?.length)).toEqual([1, 1]);
  });

  it('stays valid whatever the record says', () => {
    const text = fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, (prefix) => {
        const log = JSON.parse(renderReport(evidenceOf(hostile(modelRecord, prefix)), 'sarif')) as Log;
        expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
      }),
      { numRuns: 4 },
    );
  });
});

describe('JUnit', () => {
  for (const [name, one] of Object.entries(stored)) {
    it(`reads well: ${name}`, async () => {
      const xml = renderReport(evidenceOf(one), 'junit');
      await expect(xml).toMatchFileSnapshot(`golden/report/${name}.junit.xml`);
      expect(elementsOf(xml)[0]).toBe('testsuites');
    });
  }

  it.each([
    ['model', false],
    ['kcsan', false],
    ['kcsan-not-shown', true],
    ['model-kcsan', false],
    ['kernel', false],
    ['kernel-incomplete', true],
    ['kernel-harmful', true],
    ['kernel-not-shown', true],
    ['failed', true],
  ])('is red for a CI just when the exit code is not 0: %s', (name, red) => {
    const elements = elementsOf(renderReport(evidenceOf(stored[name] ?? expect.fail()), 'junit'));
    expect(elements.some((element) => element === 'failure' || element === 'error')).toBe(red);
  });

  it('takes no text of a record for markup', () => {
    const calm = elementsOf(renderReport(evidenceOf(hostile(modelRecord, 'x')), 'junit'));
    const text = fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, (prefix) => {
        expect(elementsOf(renderReport(evidenceOf(hostile(modelRecord, `x${prefix}`)), 'junit'))).toEqual(
          calm,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('JSON', () => {
  it('has what the record says of the run, what each engine found, and what was worked out from it', () => {
    const { run, engines, verdict } = JSON.parse(renderReport(evidenceOf(modelRecord), 'json'));
    const stored = JSON.parse(JSON.stringify(modelRecord));
    expect({ ...run, engines: stored.engines }).toEqual(stored);
    expect(engines[0].kernels).toEqual(stored.engines[0].kernels);
    expect(verdict.kind).toBe('fix-shown');
  });
});

describe('Markdown', () => {
  /** The lines outside of code blocks, read as a site reads them: a block ends at a fence no shorter than its own. */
  function outside(markdown: string): string[] {
    let fence: string | null = null;
    return markdown.split('\n').filter((line) => {
      const ticks = /^(`{3,})(\w*)$/.exec(line);
      if (fence === null) {
        if (ticks?.[1] !== undefined) fence = ticks[1];
        return fence === null;
      }
      if (ticks?.[1] !== undefined && ticks[2] === '' && ticks[1].length >= fence.length) fence = null;
      return false;
    });
  }

  it('has nothing of a record outside of its code blocks', () => {
    for (const prefix of [...markup, '\n```\n@everyone <script>', '`````````']) {
      const markdown = renderReport(evidenceOf(hostile(modelRecord, prefix)), 'markdown');
      expect(outside(markdown).filter((line) => line !== '')).toEqual([
        expect.stringMatching(/^### Millrace: [a-z, ]+$/),
        '<details><summary>The whole result</summary>',
        '</details>',
      ]);
    }
  });

  it('fits into a comment, and says what is missing', () => {
    const long = structuredClone(modelRecord);
    long.case.assumptions = Array.from({ length: 3000 }, (_, index) => `the core serialises call ${index}`);
    const markdown = renderReport(evidenceOf(long), 'markdown');
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toMatch(/^\[\d+ more lines: `millrace show` has them\]$/m);
  });
});
