// Both engines' verdicts side by side.
import { cpus, release, totalmem } from 'node:os';
import { selftests } from './suite.mjs';

export function machineText() {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `# ${cpus().length} × ${cpu?.model}, ${memory} GiB, Linux ${release()}; ${new Date().toISOString().slice(0, 10)}`;
}

/**
 * One row for each case that either engine has.
 * `model` and `kernel` are lists of verdicts, one a run, or null where that engine was not asked; `equal` is `yes` when all
 * of them are the same one, `at times` when runs of one engine differ and one of its verdicts is the other's, `NO`
 * otherwise, and null with one engine alone.
 */
export function compared(model, kernel, filter) {
  const modelRuns = model?.runs ?? null;
  const kernelRuns = kernel?.boots ?? null;
  const rows = (part, keys) =>
    keys.map((key) => {
      const of = (runs) => runs?.map((run) => run[part][key] ?? 'missing') ?? null;
      const failuresOf = (runs) => [...new Set((runs ?? []).flatMap((run) => run.failures?.[key] ?? []))];
      const sides = { model: of(modelRuns), kernel: of(kernelRuns) };
      const failures =
        part === 'selftest' ? {} : { model: failuresOf(modelRuns), kernel: failuresOf(kernelRuns) };
      return {
        part: part === 'selftest' ? 'selftest.c' : 'kcsan_test.c',
        case: key,
        ...sides,
        equal: equal(sides),
        failures,
      };
    });
  const runs = [...(modelRuns ?? []), ...(kernelRuns ?? [])];
  const keys = [...new Set(runs.flatMap((run) => Object.keys(run.verdicts)))];
  return [
    ...rows('selftest', selftests),
    ...rows(
      'verdicts',
      keys.filter((key) => key.includes(filter)),
    ),
  ];
}

function equal({ model, kernel }) {
  if (model === null || kernel === null) return null;
  const all = new Set([...model, ...kernel]);
  if (all.size === 1) return all.has('missing') ? 'NO' : 'yes';
  return model.some((verdict) => verdict !== 'missing' && kernel.includes(verdict)) ? 'at times' : 'NO';
}

/** `ok`, or `ok 2/3` where runs differ. */
function told(verdicts) {
  if (verdicts === null) return '-';
  const counts = new Map();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const [first, ...others] = [...counts].sort((a, b) => b[1] - a[1]);
  return others.length === 0 ? first[0] : `${first[0]} ${first[1]}/${verdicts.length}`;
}

export function summary({ rows }) {
  const count = (word) => rows.filter((row) => row.equal === word).length;
  const alone = rows.filter((row) => row.equal === null);
  const passed = alone.filter((row) =>
    (row.model ?? row.kernel).every((verdict) => verdict === 'ok' || verdict === 'skip'),
  ).length;
  return {
    equal: count('yes'),
    atTimes: count('at times'),
    different: count('NO'),
    passed,
    alone: alone.length,
    asExpected: count('NO') === 0 && passed === alone.length,
  };
}

export function tableLines(result) {
  const { config, tree, model, kernel, rows } = result;
  const lines = [`# ${config}: Linux ${tree}`];
  if (model !== null)
    lines.push(`#   model: ${model.compiler}, ${model.cpus} CPUs, seeds 1 to ${model.runs.length}`);
  if (kernel?.log !== undefined) lines.push(`#   kernel: ${kernel.log}`);
  else if (kernel !== null) {
    const times = kernel.boots.map(({ seconds }) => `${seconds.toFixed(0)} s`).join(', ');
    lines.push(`#   kernel: ${kernel.toolchain}; ${kernel.qemu}, ${kernel.accelerator}`);
    lines.push(`#   boots: ${times}; ${kernel.command}`);
  }
  for (const line of model?.settings ?? kernel?.settings ?? []) lines.push(`#   ${line.replace(/^# /, '')}`);
  lines.push(`${'case'.padEnd(38)} threads  ${'model'.padEnd(11)} ${'kernel'.padEnd(11)} equal`);
  for (const row of rows) {
    const [name, threads = '-'] = row.case.split(' ');
    const label = row.part === 'selftest.c' ? `selftest.c ${name}` : name;
    const cells = [label.padEnd(38), threads.padStart(7), ` ${told(row.model).padEnd(11)}`];
    lines.push(`${cells.join(' ')} ${told(row.kernel).padEnd(11)} ${row.equal ?? '-'}`);
    for (const engine of ['model', 'kernel'])
      for (const place of row.failures[engine] ?? []) lines.push(`    ${engine}: ${place}`);
  }
  const { equal, atTimes, different, passed, alone } = summary(result);
  lines.push(
    alone === rows.length
      ? `# ${config}: ${passed} of ${alone} passed or skipped`
      : `# ${config}: ${equal} equal, ${atTimes} at times, ${different} not`,
    '',
  );
  return lines;
}
