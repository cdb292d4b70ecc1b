// `millrace ui` in a browser: runs that filter and sort, one that is started, followed and cancelled, two side by side.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernel, record } from '../render/records.js';
import { executablePath, launch, needsBrowser, newPage, seriousIssues } from './browser.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
let work: string;
let server: ChildProcess;
let browser: Browser;
let address: string;

/** The minute of its start is the last digit of the time in its id. */
async function storeRun(id: string, name: string): Promise<void> {
  const made = record(kernel('base', []), null);
  const started = `2026-01-01T00:0${id[14]}:00.000Z`;
  await mkdir(join(work, '.millrace/runs', id), { recursive: true });
  const text = JSON.stringify({ ...made, id, started, case: { ...made.case, name } });
  await writeFile(join(work, '.millrace/runs', id, 'run.json'), text);
}

describe.skipIf(executablePath === null)(`millrace ui${needsBrowser}`, () => {
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'millrace-ui-'));
    await storeRun('20260101T000000Z-one', 'one');
    await storeRun('20260101T000001Z-two', '<img src=x onerror="document.title=1">');
    server = spawn(process.execPath, [main, 'ui'], { cwd: work, stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream });
    [address] = (await once(lines, 'line')) as [string];
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGINT');
    await rm(work, { recursive: true, force: true });
  });

  test('filters and sorts runs, sees a new one, and asks nobody else', async () => {
    const { page, asked, wrong } = await newPage(browser);
    await page.goto(address);
    const names = () => page.locator('tbody a').allTextContents();
    await page.waitForSelector('tbody tr');
    expect(await names()).toEqual(['<img src=x onerror="document.title=1">', 'one']);
    await page.fill('input[type=search]', 'Z-ONE');
    await page.locator('tbody tr:only-child >> text=one').waitFor();
    await page.fill('input[type=search]', '');
    await page.click('th >> text=started');
    await page.locator('tbody tr:first-child >> text=/^one$/').waitFor();
    await storeRun('20260101T000002Z-three', 'three');
    await page.locator('tbody tr:nth-child(3)').waitFor();
    expect(asked.every((url) => url.startsWith(address))).toBe(true);
    expect(wrong).toEqual([]);
    expect(await seriousIssues(page)).toEqual([]);
    await page.close();
  });

  test('starts a run, shows its command and progress, and cancels it', async () => {
    const { page } = await newPage(browser);
    await page.goto(address);
    await page.fill('input[list=cases]', 'tw686x-streamoff');
    await page.click('button[type=submit]');
    await page.waitForSelector('.job');
    expect(await page.locator('.job .command').first().textContent()).toBe(
      'millrace run tw686x-streamoff --engine model',
    );
    // Whoever has no network sees it end by itself before.
    await Promise.race([
      page.locator('.job >> text=Cancel').click(),
      page.locator('.job b >> text=/ended/').waitFor(),
    ]);
    await page.locator('.job b >> text=/cancelled|ended/').waitFor();
    await page.close();
  });

  test('shows two runs beside each other', async () => {
    const { page, wrong } = await newPage(browser);
    await page.goto(address);
    await page.waitForSelector('tbody tr');
    await page.locator('tbody input').nth(0).check();
    await page.locator('tbody input').nth(1).check();
    await page.click('text=Two beside each other');
    await page.waitForSelector('iframe >> nth=1');
    for (const frame of page.frames().slice(1)) await frame.waitForSelector('.verdict');
    expect(wrong).toEqual([]);
    await page.close();
  });
});
