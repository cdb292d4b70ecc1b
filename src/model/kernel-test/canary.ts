// The races of Millrace's own in the units of a case, on a machine of the kernel's.
import { findsCanary } from '../explore/index.js';
import type { Program } from '../link/index.js';
import { kernelMachine, type MachineLimits } from '../machine/index.js';

/** Whether the race of the unit whose function is exported as `name` is found; false where there is no such function. */
export function findsKernelCanary(program: Program, limits: MachineLimits, name: string): Promise<boolean> {
  const { machine, cpu, clock, perCpu } = kernelMachine(program, limits);
  return findsCanary(machine, name, {
    begin: () => {
      cpu.start(0, 'task');
      clock.begin();
      perCpu.begin();
    },
    spawned: (context) => {
      cpu.start(context, 'task');
      cpu.stacks.place(context, 'task');
    },
  });
}
