// The page of a run in a browser: opened from disk, stepped both ways, branched, with nothing but the file itself.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { explore } from '../../src/model/explore/index.js';
import { testEntry } from '../../src/model/kernel-test/index.js';
import { kernelMachine } from '../../src/model/machine/index.js';
import {
  caseRunner,
  caseSchedule,
  type KeptMachine,
  keptProgram,
  packMachine,
  pageAssets,
  Session,
} from '../../src/page/index.js';
import type { RunRecord } from '../../src/record/index.js';
import { renderReport } from '../../src/render/index.js';
import { checkOptions } from '../model/programs.js';
import { keptKernelTests, limits } from '../page/kept.js';
import { stepsRecord } from '../render/stored.js';
import { executablePath, launch, needsBrowser, newPage, seriousIssues } from './browser.js';

const testName = 'register_lost_update';
const markup = '</script><img src="http://evil.example/x" onerror="document.title=1">\u0007\u202e';
let folder: string;
let browser: Browser;
let kept: KeptMachine;
let session: Session;
let schedule: string;

/** A stored run, as if the kernel primitives' lost update were what it found. */
async function pageOf(change: (record: RunRecord) => RunRecord = (record) => record): Promise<string> {
  const text = JSON.stringify(stepsRecord)
    .replaceAll(/streamoff_vs_delay:base:[^"]*/g, schedule)
    .replaceAll(/streamoff_vs_delay:hold-lock:[^"]*/g, schedule.replace(':base:', ':hold-lock:'));
  const live = {
    ...(await pageAssets()),
    machines: [{ name: 'base', bytes: gzipSync(packMachine(kept)) }],
  };
  return renderReport(evidenceOf(change(JSON.parse(text))), 'html', { live });
}

async function written(text: string): Promise<string> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.html`);
  await writeFile(file, text);
  return `file://${file}`;
}

describe.skipIf(executablePath === null)(`the page of a run${needsBrowser}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-page-'));
    browser = await launch();
    kept = await keptKernelTests((text) => `// ${markup}\n${text}`.replaceAll('\n', ` // ${markup}\n`));
    const program = await keptProgram(kept);
    const runner = caseRunner(kept, program, testName);
    session = new Session(runner);
    const kernel = kernelMachine(program, limits);
    const { sightings } = await explore(kernel.machine, {
      ...checkOptions,
      entry: testEntry(kernel, testName),
    });
    const lost = sightings.find(({ incident }) => incident.kind === 'assertion');
    if (lost === undefined) throw new Error('no lost update');
    const { stretches, choices } = lost;
    schedule = runner.scheduleText({ program: program.identity, stretches, choices });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('replays the finding from disk, steps both ways, and asks nobody for anything', async () => {
    const { page, asked, wrong } = await newPage(browser);
    await page.goto(await written(await pageOf()));
    await page.waitForSelector('.drawing');
    const at = () => page.locator('.facts h3').first().textContent();
    const first = await at();
    await page.keyboard.press('ArrowRight');
    const second = await at();
    expect(second).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    expect(await at()).toBe(first);
    await page.keyboard.press('Home');
    expect(await at()).toMatch(/^Step 1 of /);
    await page.keyboard.press('f');
    expect(await at()).not.toMatch(/^Step 1 of /);
    expect(await page.locator('.found li').allTextContents()).toEqual([
      expect.stringContaining('broken invariant'),
    ]);
    expect(asked).toEqual([]);
    expect(wrong).toEqual([]);
    await page.close();
  });

  test('takes another branch, which the engine replays with the same outcome, and undoes it', async () => {
    const { page } = await newPage(browser);
    await page.goto(await written(await pageOf()));
    await page.waitForSelector('.drawing');
    const found = () => page.locator('.found li').allTextContents();
    const lost = await found();
    // Where the other side comes in between the read and the write of the one: here it does not.
    let other: string[] = lost;
    await page.keyboard.press('Home');
    for (let step = 0; step < 60 && other.length === lost.length; step++) {
      await page.keyboard.press('ArrowRight');
      const turn = page.locator('.turns button:not(:disabled)').first();
      if ((await turn.count()) === 0) continue;
      await turn.click();
      other = await found();
      if (other.length === lost.length) await page.keyboard.press('u');
    }
    expect(other).toEqual([]);
    const command = (await page.locator('.command').textContent()) ?? '';
    const text = /'(.*)'$/.exec(command)?.[1] ?? '';
    const { findings } = session.follow(caseSchedule(text)?.schedule as never);
    expect(findings).toEqual([]);
    const address = page.url();
    await page.keyboard.press('u');
    expect(await found()).toEqual(lost);
    await page.goto('about:blank');
    await page.goto(address);
    await page.waitForSelector('.drawing');
    expect(await found()).toEqual([]);
    await page.close();
  });

  test('shows markup and control characters of a stranger as text', async () => {
    const { page, asked, wrong } = await newPage(browser);
    const hostile = await pageOf((record) => ({
      ...record,
      case: { ...record.case, title: `Title ${markup}` },
    }));
    await page.goto(await written(hostile));
    await page.waitForSelector('.drawing');
    expect(await page.locator('h1').textContent()).toContain('</script><img src=');
    expect(await page.locator('.code').first().textContent()).toContain('</script><img src=');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
    expect([...asked, ...wrong]).toEqual([]);
    await page.close();
  });

  test('says what it knows without scripts', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(await written(await pageOf()));
    expect(await page.locator('.verdict').textContent()).toContain('race shown');
    expect(await page.locator('#interleaving').textContent()).toContain('A browser that runs scripts');
    await context.close();
  });

  test('says so where a schedule fits no machine of the document', async () => {
    const { page } = await newPage(browser);
    await page.goto(
      `${await written(await pageOf())}#schedule=${encodeURIComponent('a:base:0000.0000:m1-00000000-0.1')}`,
    );
    expect(await page.waitForSelector('[role=alert]').then((alert) => alert.textContent())).not.toBe('');
    await page.close();
  });

  test.each(['light', 'dark'] as const)('has nothing serious for axe to find, %s', async (scheme) => {
    const { page } = await newPage(browser, scheme);
    await page.goto(await written(await pageOf()));
    await page.waitForSelector('.drawing');
    expect(await seriousIssues(page)).toEqual([]);
    await page.close();
  });
});
