// Explores a case on the model engine, and says what each test showed: node examples/explore-case.mjs CASE TREE
import { findCase, loadCase, openTree, runCase, sectionOf, silentProgress, verdictText } from 'millrace';

const [name, spec] = process.argv.slice(2);
const { run, verdict } = await runCase({
  case: await loadCase(await findCase(name)),
  tree: await openTree(spec),
  fix: null,
  engines: { model: { options: { maxTime: 30 } } },
  workingDirectory: process.cwd(),
  version: '1.0.0',
  command: process.argv,
  progress: silentProgress,
});
for (const { name: test, interleavings, races } of sectionOf(run.record, 'model')?.kernels[0]?.tests ?? [])
  console.log(`${test}: ${interleavings} interleavings, ${races.length} racing pairs of lines`);
console.log(`${verdictText(verdict)}: ${verdict.outcome}`);
