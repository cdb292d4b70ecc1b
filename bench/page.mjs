// What the page weighs and how soon it paints: the script and style without a run, and, with a run of the model engine
// and a browser, its report opened from disk. Exits with 1 when one is more than wanted.
//
//   npm run bench:page -- [RUN]      RUN: `latest` when not given; its directory is the working one
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import which from 'which';

const top = fileURLToPath(new URL('..', import.meta.url));
const wanted = { kilobytes: 300, firstPaint: 1000 };
let isWorse = false;

const kilobytes = ['page.js', 'page.css', 'runs.js']
  .map((name) => gzipSync(readFileSync(join(top, 'dist/page/app', name)), { level: 9 }).length / 1000)
  .reduce((sum, one) => sum + one, 0);
isWorse ||= kilobytes > wanted.kilobytes;
console.log(`script and style, compressed: ${kilobytes.toFixed(0)} kB (wanted: ${wanted.kilobytes})`);

const executablePath = await which('chromium', { nothrow: true });
const [run = 'latest'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-page-'));
const file = join(folder, 'run.html');
const made = spawnSync(process.execPath, [
  join(top, 'dist/cli/main.js'),
  'report',
  run,
  '--as',
  'html',
  '-o',
  file,
]);
if (executablePath === null) console.log('no chromium here: nothing is opened');
else if (made.status !== 0) console.log(`no run to open: ${made.stderr.toString().trim()}`);
else {
  console.log(`a run with its machines: ${(statSync(file).size / 1000).toFixed(0)} kB`);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const paints = [];
  const ready = [];
  for (let round = 0; round < 5; round++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const began = performance.now();
    await page.goto(`file://${file}`);
    paints.push(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`));
    await page.waitForSelector('.drawing');
    ready.push(performance.now() - began);
    await page.close();
  }
  await browser.close();
  const least = Math.min(...paints);
  isWorse ||= least > wanted.firstPaint;
  console.log(
    `first paint: ${least.toFixed(0)} ms (wanted: ${wanted.firstPaint}), least of ${paints.length}`,
  );
  console.log(`the machine has replayed the finding: ${Math.min(...ready).toFixed(0)} ms`);
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = isWorse ? 1 : 0;
