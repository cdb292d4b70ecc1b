// Where the program calls a function of the library that is C itself: what happens in there is told of the line that
// calls. The schedule is run again for it, on a program that tells its calls.
import type { ReducedSighting } from '../explore/index.js';
import type { Program, SourcePlace } from '../link/index.js';
import type { Machine } from '../machine/index.js';
import { type CallStack, type ReplayOptions, replaySchedule } from '../replay/index.js';
import { isSupplied } from './compile.js';

/** A machine for `program`'s code that tells its calls, made when it is needed first. */
export type TracedMachine = () => Promise<Machine>;

/** Of each site of the sighting: its place, or of the call that led into the library. */
export async function placesOf(
  program: Program,
  { incident, stretches, choices }: ReducedSighting,
  traced: TracedMachine,
  options: ReplayOptions,
): Promise<readonly SourcePlace[]> {
  const places = incident.sites.map((site) => program.symbols.place(site));
  if (!places.some(({ file }) => isSupplied(file))) return places;
  const machine = await traced();
  const schedule = { program: program.identity, stretches, choices, memory: machine.memoryModel };
  const { steps } = replaySchedule(machine, schedule, options);
  return places.map((place, index) => {
    if (!isSupplied(place.file)) return place;
    const context = incident.contexts[index];
    const site = incident.sites[index];
    const own = steps.filter((step) => step.context === context);
    const step = own.findLast((candidate) => candidate.site === site) ?? own.at(-1);
    for (let calls: CallStack = step?.calls ?? null; calls !== null; calls = calls.caller) {
      const caller = program.symbols.place(calls.site);
      if (!isSupplied(caller.file)) return caller;
    }
    return place;
  });
}
