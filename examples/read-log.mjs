// Reads a kernel's log and prints its races and other reports: node examples/read-log.mjs FILE
import { createReadStream } from 'node:fs';
import { groupRaces, readConsole } from 'millrace';

const [file] = process.argv.slice(2);
const races = [];
for await (const events of readConsole(createReadStream(file)))
  for (const event of events) {
    if (event.kind === 'report') races.push(event.report);
    if (event.kind === 'kernel-report') console.log(event.report.title);
  }
for (const { functions, count } of groupRaces(races)) console.log(`${functions.join(' / ')}: ${count}`);
