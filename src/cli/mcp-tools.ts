// The tools of `millrace mcp`: each is one command of this program, run as a process of its own, so that what a tool
// says is what the command says, a call that is cancelled ends with all that it started, and a crash ends one call.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { run } from '../base/index.js';
import { exitCodes } from './errors.js';

/** A name or path that cannot be taken for an option. */
const word = z.string().regex(/^[^-\0\n][^\0\n]*$/, 'must not begin with a dash');
const seconds = z.number().positive();

interface Call {
  /** Of the command line; values of options are joined to them, so that none is taken for an option. */
  readonly args: readonly string[];
  /** Written into a folder of the call's own, which it runs in; the working directory where absent. */
  readonly file?: { readonly name: string; readonly text: string };
  readonly input?: string;
  /** The command prints text, and no JSON. */
  readonly isText?: true;
  /** What is shown beside the JSON, from the JSON: a command that prints text. */
  readonly shown?: (result: unknown) => readonly string[];
}

const outputSchema = z.object({
  exitCode: z.int(),
  meaning: z.enum(['expected', 'unexpected', 'input', 'environment', 'inconclusive', 'interrupted']),
  result: z
    .unknown()
    .describe('What the command prints with --json; absent where it prints text.')
    .optional(),
});

/** Registers every tool. */
export function addTools(server: McpServer): void {
  tool(server, {
    name: 'check_program',
    title: 'Explore a C program',
    description:
      'Explores every interleaving of one C11 file with pthread.h and stdatomic.h, and reports data races, deadlocks, ' +
      'lost wake-ups, failed assertions and memory errors, each with a schedule. Exit code 0: nothing in all ' +
      'interleavings; 1: something found; 4: nothing found, and something was cut.',
    input: z.object({
      source: z.string().describe('The text of the C file; it has main().'),
      maxTime: seconds.optional().describe('Seconds; 60 if not given.'),
      replay: word.optional().describe('A finding’s schedule, to see it step by step.'),
    }),
    call: ({ source, maxTime, replay }) => ({
      file: { name: 'program.c', text: source },
      args: [
        'check',
        'program.c',
        ...option('max-time', maxTime),
        ...(replay === undefined ? ['--json'] : option('replay', replay)),
      ],
      ...(replay === undefined ? {} : { isText: true as const }),
    }),
  });
  tool(server, {
    name: 'litmus_test',
    title: 'Ask the kernel’s memory model',
    description:
      'Gives all final states of a litmus test in C as herd7 reads it, under the Linux kernel’s memory model, whether ' +
      'its clause is sometimes, always or never observed, and whether it has a data race.',
    input: z.object({ test: z.string().describe('The text of the .litmus file.') }),
    call: ({ test }) => ({
      file: { name: 'test.litmus', text: test },
      args: ['litmus', 'test.litmus', '--json'],
    }),
  });
  tool(server, {
    name: 'parse_log',
    title: 'Read kernel reports',
    description:
      'Reads reports of KCSAN, KASAN, lockdep and others, and KTAP results, out of a console log or a mail, as typed data.',
    input: z.object({ text: z.string().describe('The log or the mail.') }),
    call: ({ text }) => ({ args: ['parse', '-', '--json'], input: text }),
  });
  tool(server, {
    name: 'run_case',
    title: 'Run a case',
    description:
      'Runs a case against a kernel tree, base and perhaps a fix, on the model engine: all interleavings, to a verdict. ' +
      'The record stays under .millrace/runs; `report` writes it up.',
    input: z.object({
      case: word.describe('The folder of a case, or the name of one that comes along: tw686x-streamoff.'),
      tree: z.string().optional().describe('A path, debian:VERSION or a tarball.'),
      fix: z.string().optional().describe('A fix of the case by name, or a patch file.'),
      test: z.string().optional().describe('One test of the case.'),
      maxTime: seconds.optional().describe('Seconds for each test and kernel.'),
    }),
    call: ({ case: name, tree, fix, test, maxTime }) => ({
      args: [
        ...['run', name, '--json'],
        ...option('tree', tree),
        ...option('fix', fix),
        ...option('test', test),
        ...option('max-time', maxTime),
      ],
      shown: (record) => ['show', (record as { id: string }).id],
    }),
  });
  tool(server, {
    name: 'replay_case',
    title: 'Replay one interleaving of a case',
    description: 'Runs one interleaving of a case again, and shows it step by step, a column a CPU.',
    input: z.object({
      case: word,
      schedule: word.describe('As a run gives it with a finding.'),
      tree: z.string().optional(),
    }),
    call: ({ case: name, schedule, tree }) => ({
      args: ['replay', name, schedule, ...option('tree', tree)],
      isText: true,
    }),
  });
  tool(server, {
    name: 'list_runs',
    title: 'List the runs made here',
    description:
      'The runs under .millrace/runs of the working directory, the newest first, with their verdicts.',
    input: z.object({}),
    call: () => ({ args: ['runs', '--json'] }),
  });
  tool(server, {
    name: 'report',
    title: 'Write up a run',
    description:
      'A run written up from its record, as a mail, a commit message, evidence in JSON, or on the terminal.',
    input: z.object({
      run: word.describe('latest, or an id that list_runs gives.'),
      as: z.enum(['terminal', 'mail', 'commit-message', 'json', 'junit', 'sarif', 'diagram']),
    }),
    call: ({ run: id, as }) => ({ args: ['report', id, `--as=${as}`], isText: true }),
  });
}

interface Tool<I extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly call: (input: z.infer<I>) => Call;
}

function tool<I extends z.ZodObject>(
  server: McpServer,
  { name, title, description, input, call }: Tool<I>,
): void {
  const handler = (args: z.infer<I>, context: ServerContext) => perform(call(args), context);
  // The SDK's own types for a handler of an unknown schema are not to be met.
  server.registerTool(name, { title, description, inputSchema: input, outputSchema }, handler as never);
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

async function perform(call: Call, { mcpReq }: ServerContext): Promise<CallToolResult> {
  const { signal } = mcpReq;
  const token = mcpReq._meta?.progressToken;
  let progress = 0;
  const onLine = (line: string, stream: 'stdout' | 'stderr') => {
    const message = line.trim();
    if (token === undefined || stream === 'stdout' || message === '') return;
    progress += 1;
    void mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken: token, progress, message } })
      .catch(() => {});
  };
  const { file } = call;
  const folder = file === undefined ? null : await mkdtemp(join(tmpdir(), 'millrace-mcp-'));
  try {
    if (folder !== null && file !== undefined) await writeFile(join(folder, file.name), file.text);
    const where = folder === null ? {} : { cwd: folder };
    const input = call.input === undefined ? {} : { input: call.input };
    const done = await millrace(call.args, { signal, onLine, ...where, ...input });
    const exitCode = done.exitCode ?? exitCodes.environment;
    const meaning = meaningOf(exitCode);
    const isFailure = meaning === 'input' || meaning === 'environment' || meaning === 'interrupted';
    if (isFailure && done.stdout.trim() === '')
      return { isError: true, content: [{ type: 'text', text: done.stderr.trim() }] };
    if (call.isText) return answer(done.stdout, { exitCode, meaning });
    const result: unknown = JSON.parse(done.stdout);
    const shown = call.shown === undefined ? null : await millrace(call.shown(result), { signal });
    return answer(shown?.stdout ?? done.stdout, { exitCode, meaning, result });
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

function answer(text: string, structuredContent: z.infer<typeof outputSchema>): CallToolResult {
  return { content: [{ type: 'text', text: text.trimEnd() }], structuredContent };
}

function millrace(args: readonly string[], options: Parameters<typeof run>[2]) {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  return run(process.execPath, [main, ...args], { ...options, env: { NO_COLOR: '1' } });
}

function meaningOf(exitCode: number): z.infer<typeof outputSchema>['meaning'] {
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  return names.find((name) => exitCodes[name] === exitCode) ?? 'environment';
}
