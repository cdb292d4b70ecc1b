// What test/page/browser-build.test.ts runs here and in a browser's place: a program of C threads, explored to its end.
import { explore } from '../../src/model/explore/index.js';
import { assembleProgram, callTold } from '../../src/model/link/index.js';
import { inputsOf, plainCMachine } from '../../src/model/machine/index.js';

/** `linked` as the linker gave it, and the module that runs. */
export async function exploredInBrowser(linked: Uint8Array, switchable: Uint8Array, entry: string) {
  const program = await assembleProgram(
    linked,
    (name) => name !== callTold,
    { switchable, covered: true },
    async () => {
      throw new Error('the module that runs is given');
    },
  );
  const machine = plainCMachine(program, { steps: 3000, memory: 32 * 1024 * 1024 }, inputsOf([0]));
  const { complete, schedules, sightings } = await explore(machine, {
    strategy: 'dpor',
    seed: 1,
    preemptions: 0,
    maxSchedules: 1000,
    maxTime: Number.POSITIVE_INFINITY,
    entry: [entry],
  });
  const kinds = [...new Set(sightings.map(({ incident }) => incident.kind))].sort();
  return { identity: program.identity, complete, schedules, kinds };
}
