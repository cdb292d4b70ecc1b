// The suite on a real kernel: built and booted by the kernel engine's own parts, with the whole kernel instrumented, as
// KCSAN's users have it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildKernel, findEmulator, parseDotConfig } from '../../dist/kernel/index.js';
import { boot, qemuCommandText } from '../../dist/kernel/qemu/index.js';
import { createConsoleReader } from '../../dist/report/index.js';
import { keptList } from './kept.mjs';
import { caseKey, selftests, suiteCase, suiteFragment } from './suite.mjs';

const words = { passed: 'ok', failed: 'not ok', skipped: 'skip', crashed: 'crashed' };

/** Verdicts of the suite, by case as {@link caseKey} names it, and of selftest.c, from the bytes of a console. */
export function consoleVerdicts(bytes) {
  const verdicts = {};
  const failures = {};
  const reader = createConsoleReader({
    onTest: ({ path: [suite, name, parameter], status, diagnostics }) => {
      if (suite !== 'kcsan' || name === undefined) return;
      const threads = /^threads=(\d+)$/.exec(parameter ?? '')?.[1];
      if (parameter !== undefined) verdicts[caseKey(name, Number(threads))] = words[status];
      // A case with numbers of threads has a line of its own behind them, with what failed in any of them.
      else if (!Object.keys(verdicts).some((key) => key.startsWith(`${name} `)))
        verdicts[name] = words[status];
      if (parameter !== undefined) return;
      const places = diagnostics.flatMap(
        (line) => /EXPECTATION FAILED at \S*?(\w+\.c:\d+)/.exec(line)?.[1] ?? [],
      );
      for (const key of Object.keys(verdicts))
        if (key.split(' ')[0] === name && verdicts[key] === 'not ok') failures[key] = [...new Set(places)];
    },
  });
  reader.write(bytes);
  reader.end();
  return { verdicts, failures, selftest: selftestVerdicts(Buffer.from(bytes).toString('latin1')) };
}

/** The self test names those that failed, and counts those that passed; a kernel without it says nothing. */
function selftestVerdicts(text) {
  const count = /selftest: (\d+)\/(\d+) tests passed/.exec(text);
  if (count === null) return {};
  const failed = new Set([...text.matchAll(/selftest: (test_\w+) failed/g)].map(([, name]) => name));
  return Object.fromEntries(selftests.map((name) => [name, failed.has(name) ? 'not ok' : 'ok']));
}

/** @returns `{ cpus, toolchain, …, boots }`, each boot with what {@link consoleVerdicts} read of it */
export async function runOnKernel(request) {
  const { tree, config, directory, filter, boots, accelerator, jobs, progress, signal } = request;
  const theCase = await suiteCase(config);
  const { cpus, memory, timeout } = theCase.kernel;
  const inputs = { tree: tree.identity, text: suiteFragment(config).text, cpus, memory, accelerator, filter };
  const kept = keptList(directory, `${config}-kernel`, inputs);
  if (kept.items.length >= boots) return { ...kept.about, boots: kept.items.slice(0, boots) };
  const built = await buildKernel({
    case: theCase,
    tree,
    fix: null,
    makeOptions: [],
    instrument: 'all',
    lockdep: false,
    cpus,
    progress,
    signal,
    ...(jobs === undefined ? {} : { jobs }),
  });
  const emulator = await findEmulator(undefined, signal, accelerator);
  const guest = {
    qemu: emulator.program,
    kernel: built.image.vmlinux,
    cpus,
    memory,
    filter: filter === '' ? 'kcsan.*' : `kcsan.*${filter}*`,
    accelerator,
    firmware: emulator.firmware,
    seconds: 1,
    seed: 1,
  };
  const values = parseDotConfig(readFileSync(built.image.config, 'utf8'));
  const about = {
    cpus,
    toolchain: built.toolchain.description,
    qemu: emulator.version,
    accelerator,
    command: qemuCommandText(guest, timeout),
    settings: [...values].filter(([symbol]) => /^CONFIG_KCSAN/.test(symbol)).map((entry) => entry.join('=')),
  };
  for (let index = kept.items.length + 1; index <= boots; index++) {
    const console = join(directory, `${config}-${index}.console`);
    const booted = await progress.step(`${config}: boot ${index}/${boots}`, (update) =>
      boot({ guest, timeout, console, update, signal }),
    );
    signal.throwIfAborted();
    const { outcome, detail, seconds } = booted;
    if (outcome !== 'completed') progress.note(`${config}: boot ${index} ${outcome}. ${detail}`);
    const item = { measured: new Date().toISOString(), console, outcome, seconds };
    kept.add({ ...item, ...consoleVerdicts(readFileSync(console)) }, about);
  }
  return { ...about, boots: kept.items };
}
