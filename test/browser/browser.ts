// Debian's Chromium, where there is one: `millrace doctor --install` puts it in.
import { type Browser, chromium, type Page } from 'playwright-core';
import which from 'which';

export const executablePath = await which('chromium', { nothrow: true });

/** For the title of what is skipped. */
export const needsBrowser = executablePath === null ? ' (skipped: no chromium here)' : '';

export async function launch(): Promise<Browser> {
  if (executablePath === null) throw new Error('no chromium');
  // The sandbox of a browser needs a user of its own, which a container often has not.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page, with all that it asks the network for and what goes wrong in it. */
export async function newPage(browser: Browser, colorScheme: 'light' | 'dark' = 'light') {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme });
  const asked: string[] = [];
  const wrong: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) asked.push(request.url());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  return { page, asked, wrong };
}

/** What axe finds to be serious or worse. */
export async function seriousIssues(page: Page): Promise<string[]> {
  const { default: axe } = await import('axe-core');
  // Not as a script element, which the page's policy would refuse.
  const found = (await page.evaluate(
    `${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html })))`,
  )) as { id: string; impact: string; html: string }[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html }) => `${id}: ${html.slice(0, 200)}`);
}
