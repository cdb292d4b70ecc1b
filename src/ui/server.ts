// `millrace ui`: the runs of a working directory as pages, on this machine alone.
import { createHash, randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { MillraceError, runsDirectory } from '../base/index.js';
import { bundledCases } from '../case/index.js';
import { evidenceOf } from '../evidence/index.js';
import { keptMachines, pageAssets } from '../page/index.js';
import { readRun, stateOf } from '../record/index.js';
import { documentStyle, renderReport } from '../render/index.js';
import { type Allowed, mayAsk } from './guard.js';
import { Jobs, jobRequest } from './jobs.js';

export interface UiOptions {
  readonly workingDirectory: string;
  /** What runs a command: its arguments come behind. */
  readonly program: readonly string[];
  /** What is said of all runs: JSON. */
  readonly summaries: () => Promise<readonly { readonly id: string }[]>;
  /** A free one when 0. */
  readonly port: number;
  readonly signal: AbortSignal;
}

export interface Ui {
  /** With the token. */
  readonly address: string;
  /** Resolves once the server is closed. */
  readonly closed: Promise<void>;
}

/** Milliseconds between a change and the look at it: a record is written in several steps. */
const settling = 150;

/** Listens until the signal fires. Errors: `environment` when the port is taken. */
export async function startUi(options: UiOptions): Promise<Ui> {
  const token = randomBytes(24).toString('base64url');
  const changes = new Changes();
  const jobs = new Jobs(options.program, options.workingDirectory, () => changes.tell());
  const allowed = { port: options.port, token };
  const app = uiApp(options, allowed, jobs, changes);
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const made = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port }, ({ port }) => {
      allowed.port = port;
      resolve(made);
    });
    made.on('error', (cause: Error) =>
      reject(new MillraceError('environment', `nothing can listen there: ${cause.message}`, { cause })),
    );
  });
  const runs = runsDirectory(options.workingDirectory);
  await mkdir(runs, { recursive: true });
  const watcher = watch(runs, { recursive: true }, () => changes.tell());
  // A folder that goes away is no reason to end.
  watcher.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    options.signal.addEventListener(
      'abort',
      () => {
        watcher.close();
        jobs.cancelAll();
        changes.end();
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      },
      { once: true },
    );
  });
  return { address: `http://127.0.0.1:${allowed.port}/${token}/`, closed };
}

/** Whoever waits for a change is told once of many that come together. */
class Changes {
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | null = null;
  ended = false;

  tell(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.wake();
    }, settling);
  }

  end(): void {
    this.ended = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.wake();
  }

  next(): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private wake(): void {
    const told = [...this.waiting];
    this.waiting.clear();
    for (const one of told) one();
  }
}

function uiApp(options: UiOptions, allowed: Allowed, jobs: Jobs, changes: Changes): Hono {
  const { workingDirectory, summaries } = options;
  const app = new Hono();
  app.use('*', async (context, next) => {
    const [, token = ''] = context.req.path.split('/');
    const header = (name: string) => context.req.header(name);
    const asked = { host: header('host'), origin: header('origin'), site: header('sec-fetch-site'), token };
    if (!mayAsk(asked, allowed))
      return context.text('Not for you: open the address that `millrace ui` printed.', 403);
    await next();
    context.header('Referrer-Policy', 'no-referrer');
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Cross-Origin-Resource-Policy', 'same-origin');
    context.header('Cache-Control', 'no-store');
  });
  app.onError((error, context) => {
    if (error instanceof MillraceError)
      return context.text(error.message, error.kind === 'input' ? 404 : 500);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return context.text('Millrace failed; its terminal says how.', 500);
  });
  app.get('/:token/', async (context) => {
    const { script, policy, style } = await runsPage();
    context.header('Content-Security-Policy', policy);
    return context.html(pageText(style, script));
  });
  app.get('/:token/runs/:id', async (context) => {
    const { directory, record } = await readRun(context.req.param('id'), workingDirectory);
    const live = { ...(await pageAssets()), machines: await keptMachines(directory) };
    context.header('Content-Security-Policy', "frame-ancestors 'self'");
    return context.html(renderReport(evidenceOf(record), 'html', { live, state: stateOf(record) }));
  });
  const state = async () => ({ runs: await summaries(), jobs: jobs.list() });
  app.get('/:token/api/state', async (context) => context.json(await state()));
  app.get('/:token/api/cases', async (context) => context.json(await bundledCases()));
  app.get('/:token/api/events', (context) =>
    streamSSE(context, async (stream) => {
      while (!changes.ended && !stream.aborted) {
        await stream.writeSSE({ event: 'state', data: JSON.stringify(await state()) });
        await changes.next();
      }
    }),
  );
  app.post('/:token/api/jobs', async (context) => {
    const request = jobRequest(await context.req.json().catch(() => null));
    if (!isJson(context) || request === null) return context.text('No run is asked for so.', 400);
    return context.json(jobs.start(request), 201);
  });
  app.delete('/:token/api/jobs/:id', (context) =>
    jobs.cancel(Number(context.req.param('id')))
      ? context.body(null, 204)
      : context.text('It does not run.', 404),
  );
  return app;
}

/** A form of another page can send no JSON without asking first. */
function isJson(context: Context): boolean {
  return context.req.header('content-type')?.startsWith('application/json') === true;
}

async function runsPage() {
  const { style, runsScript: script } = await pageAssets();
  const styles = `${documentStyle}${style}`;
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(styles)}`,
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { script, style: styles, policy };
}

function pageText(style: string, script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Millrace: runs</title>
<style>${style}</style>
</head>
<body class="runs-page">
<main id="runs"></main>
<script type="module">${script}</script>
</body>
</html>
`;
}
