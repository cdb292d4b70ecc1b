// parse's JSON: reports leave as they come; tests, troubles and damages, whose turn comes later, wait in a spool.
import { safeJson } from '../base/index.js';
import { createRaceGroups } from '../report/index.js';
import { createJsonSpool } from './json-spool.js';
import type { GatheringOutput } from './output.js';
import { type ParseSink, warnWithoutAccess } from './parse-sink.js';

/** Prints the value that `ParseOutput` describes, one entry a line. */
export function createJsonSink(output: GatheringOutput): ParseSink {
  const groups = createRaceGroups();
  const tests = createJsonSpool();
  const troubles = createJsonSpool();
  const damages = createJsonSpool();
  const missing = createJsonSpool();
  let reports = 0;
  let withoutAccess = 0;

  const array = async (name: string, items: Iterable<string>, end: string) => {
    await output.write(`"${name}": [`);
    let count = 0;
    for (const item of items) await output.write(`${count++ === 0 ? '\n' : ',\n'}${item}`);
    await output.write(`${count === 0 ? '' : '\n'}]${end}`);
  };

  return {
    async take(event) {
      if (event.kind === 'test') tests.push(safeJson(event.result));
      else if (event.kind === 'trouble') troubles.push(safeJson(event.trouble));
      else if (event.kind === 'missing') missing.push(safeJson(event.missing));
      else if (event.kind === 'damage') damages.push(safeJson(event.damage));
      else {
        if (event.kind === 'report') {
          groups.add(event.report);
          if (event.report.accesses.length === 0) withoutAccess += 1;
        }
        await output.write(`${reports++ === 0 ? '{"reports": [\n' : ',\n'}${safeJson(event.report)}`);
      }
    },
    async end() {
      try {
        await output.write(reports === 0 ? '{"reports": [],\n' : '\n],\n');
        await array(
          'races',
          groups.races().map((race) => safeJson(race)),
          ',\n',
        );
        await array('tests', tests.items(), ',\n');
        await array('missing', missing.items(), ',\n');
        await array('troubles', troubles.items(), ',\n');
        await array('damages', damages.items(), '}\n');
        await output.flush();
      } finally {
        tests.close();
        troubles.close();
        damages.close();
        missing.close();
      }
      warnWithoutAccess(withoutAccess);
      if (groups.overflow() > 0)
        process.stderr.write(
          `note: ${groups.overflow()} reports of further races are not counted in "races"\n`,
        );
    },
  };
}
