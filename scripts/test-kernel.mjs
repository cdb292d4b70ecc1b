// The tests that need a kernel tree, as `npm run test:kernel`: those of every run, and the share of the others that the
// commit falls to, so that each comes round. All of them:
//
//   npm run test:kernel -- --all
//
// What follows goes to vitest: `npm run test:kernel -- test/model/kernel`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const shares = [
  ['test/e2e/kernel/tutorial.test.ts', 'test/e2e/kernel/kcsan-record.test.ts'],
  ['test/e2e/kernel/kcsan-model.test.ts', 'test/model/kernel/compilers.test.ts'],
  ['test/e2e/kernel/directed.test.ts'],
];

/**
 * With --all alone. The hundred kills of real explorations have not been timed as a whole; KCSAN reports the virtual
 * device's race in some boots only, so that a run of seven boots may end without.
 */
const rare = ['test/e2e/kernel/campaign-kills.test.ts', 'test/e2e/kernel/device.test.ts'];

const args = process.argv.slice(2);
const all = args.includes('--all');
const passed = args.filter((argument) => argument !== '--all');

function run(command, ...rest) {
  const { status, error } = spawnSync(command, rest, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** The share of this commit; the first where there is no repository. */
function shareOfCommit() {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  const number = Number.parseInt((stdout ?? '').slice(0, 8), 16);
  return Number.isNaN(number) ? 0 : number % shares.length;
}

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const share = shareOfCommit();
// Who names tests wants these.
const leftOut =
  all || passed.length > 0
    ? []
    : [...rare, ...shares.flatMap((files, index) => (index === share ? [] : files))];
if (leftOut.length > 0)
  console.log(`Share ${share + 1} of ${shares.length}; not in it, see --all: ${leftOut.join(', ')}`);

run(process.execPath, file('dist/cli/main.js'), 'tree', 'get', process.env.MILLRACE_TREE ?? 'debian:6.12');
run(
  process.execPath,
  file('node_modules/vitest/vitest.mjs'),
  ...['run', '--config', file('vitest.kernel.config.ts'), ...leftOut.flatMap((path) => ['--exclude', path])],
  ...passed,
);
