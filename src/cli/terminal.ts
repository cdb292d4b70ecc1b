// How wide a result may be: the terminal's width within reason, 80 off-terminal and where a
// terminal does not know its width.

const narrowest = 60;
const widest = 120;

export function outputColumns(): number {
  return Math.max(narrowest, Math.min(widest, process.stdout.columns || 80));
}
