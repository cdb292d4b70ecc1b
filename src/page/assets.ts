// The page's script and style sheet, as `npm run build` makes them: scripts/bundle-page.mjs.
import { readFile } from 'node:fs/promises';
import { environmentError } from '../base/index.js';

const folder = new URL('../../dist/page/app/', import.meta.url);

export interface PageAssets {
  /** Of one run. */
  readonly script: string;
  /** Of all runs: `millrace ui`. */
  readonly runsScript: string;
  readonly style: string;
}

/** Errors: `environment` when they have not been built. */
export async function pageAssets(): Promise<PageAssets> {
  const read = (name: string) => readFile(new URL(name, folder), 'utf8');
  try {
    return {
      script: await read('page.js'),
      runsScript: await read('runs.js'),
      style: await read('page.css'),
    };
  } catch (cause) {
    throw environmentError('the page’s script is not there', {
      hint: 'Build Millrace: `npm run build`.',
      cause,
    });
  }
}
