// What ends QEMU where nobody is left to do so: a program that is killed with SIGKILL takes none of its children along.

/** Arguments of `timeout`, in front of a command: it is ended a little after `seconds`, the time limit that it has here. */
export function deadMan(seconds: number): readonly string[] {
  return ['--kill-after=2', String(seconds + 5)];
}
