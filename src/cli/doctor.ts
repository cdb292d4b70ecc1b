import type { CommandModule } from 'yargs';
import { environmentError, printable, runOrThrow, safeJson } from '../base/index.js';
import { type DoctorReport, examine, type Requirement } from '../doctor/index.js';
import { coloursFor } from './colour.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';

interface DoctorArguments {
  json: boolean;
  install: boolean;
}

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'Print the findings as JSON' })
      .option('install', {
        type: 'boolean',
        default: false,
        describe: 'Install what is missing, with this system’s package manager',
      })
      .example('$0 doctor', 'What is there and what is missing')
      .example('$0 doctor --json | jq -r .install', 'The command that installs the rest')
      .epilog('Exit code: 0 when every engine can be used, 3 when something that one needs is missing.'),
  handler: async ({ json, install }) => {
    if (install) await interruptible(installMissing);
    const report = await examine();
    process.stdout.write(json ? `${safeJson(report, 2)}\n` : doctorText(report));
    const engines = report.areas.filter(({ area }) => area !== 'debian');
    process.exitCode = exitCodeFor(engines.every(({ usable }) => usable) ? 'as-expected' : 'not-run');
  },
};

/** Runs the report's own command, and before it what tells the package manager of new packages. */
async function installMissing(signal: AbortSignal): Promise<void> {
  const before = await examine({ signal });
  if (before.missing.length === 0) return;
  if (before.refresh !== null) await shell(before.refresh, signal);
  // What is offered may differ now.
  const { install, missing, systemName } = await examine({ signal });
  if (install === null)
    throw environmentError(`no package manager is known for ${systemName}`, {
      hint: `Install by hand: ${missing.join(', ')}.`,
    });
  await shell(install, signal);
}

async function shell(command: string, signal: AbortSignal): Promise<void> {
  process.stderr.write(`${command}\n`);
  const [program = '', ...args] = command.split(' ');
  await runOrThrow(program, args, {
    signal,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    onLine: (line) => process.stderr.write(`  ${printable(line)}\n`),
  });
}

/** The report as text of at most 80 columns, but for paths, which are never cut. */
export function doctorText(report: DoctorReport): string {
  const pc = coloursFor(process.stdout);
  const lines: string[] = [];
  for (const { title, usable, requirements } of report.areas) {
    lines.push(`${pc.bold(title)}: ${usable ? pc.green('can be used') : pc.red('cannot be used yet')}`);
    lines.push(...requirements.map(requirementLine), '');
  }
  if (report.install !== null)
    lines.push(`To install all that is missing on ${report.systemName}:`, '', `    ${report.install}`);
  else if (report.missing.length > 0)
    lines.push(`To be installed on ${report.systemName}: ${report.missing.join(', ')}.`);
  else lines.push('Nothing is missing that a package would bring.');
  return `${lines.join('\n')}\n`;
}

function requirementLine({ name, purpose, required, found, version, path, remark }: Requirement): string {
  const pc = coloursFor(process.stdout);
  const mark = found ? pc.green('ok') : required ? pc.red('missing') : pc.yellow('optional');
  // The marks' widths by their plain text: colour codes have none.
  const plain = found ? 'ok' : required ? 'missing' : 'optional';
  const line = `  ${mark}${' '.repeat(9 - plain.length)} ${name.padEnd(25)}`;
  if (found)
    return (
      line + [version, path, remark && `(${remark})`].filter(Boolean).map(String).map(printable).join(' ')
    );
  const why = [version && `found ${version}`, remark].filter(Boolean).map(String).map(printable).join(', ');
  return `${line}${purpose}${why && `\n${' '.repeat(12)}${why}`}`;
}
