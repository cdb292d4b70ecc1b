// Prints what a run showed, from its record: node examples/render-record.mjs RUN [FORMAT]
import { evidenceOf, readRun, renderReport, verdictText } from 'millrace';

const [run, format = 'mail'] = process.argv.slice(2);
const { record } = await readRun(run, process.cwd());
const evidence = evidenceOf(record);
console.error(`${record.case.name}: ${verdictText(evidence.verdict)}`);
process.stdout.write(renderReport(evidence, format));
