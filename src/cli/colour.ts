// Colour on a terminal alone: in a pipe there is none, whatever else the environment says (picocolors takes `CI` for a
// terminal). NO_COLOR and the terminal's own abilities are Node's to know.
import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

export function hasColour(stream: NodeJS.WriteStream | WriteStream): boolean {
  return stream.isTTY === true && (stream.hasColors?.() ?? false);
}

export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors(hasColour(stream));
}
