// parse's JSON: reports leave as they come; tests, troubles and damages, whose turn comes later, wait in a spool.
import { createRaceGroups } from '../report/index.js';
import { createJsonSpool } from './json-spool.js';
import type { GatheringOutput } from './output.js';
import { type ParseSink, warnWithoutAccess } from './parse-sink.js';

// JSON leaves these as they are, and a terminal would act on them: DEL, C1 controls, format characters (bidirectional
// overrides among them), line separators.
const unsafe = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON text that is safe to show. */
export function toSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

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
      if (event.kind === 'test') tests.push(toSafeJson(event.result));
      else if (event.kind === 'trouble') troubles.push(toSafeJson(event.trouble));
      else if (event.kind === 'missing') missing.push(toSafeJson(event.missing));
      else if (event.kind === 'damage') damages.push(toSafeJson(event.damage));
      else {
        if (event.kind === 'report') {
          groups.add(event.report);
          if (event.report.accesses.length === 0) withoutAccess += 1;
        }
        await output.write(`${reports++ === 0 ? '{"reports": [\n' : ',\n'}${toSafeJson(event.report)}`);
      }
    },
    async end() {
      try {
        await output.write(reports === 0 ? '{"reports": [],\n' : '\n],\n');
        await array('races', groups.races().map(toSafeJson), ',\n');
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
