// QEMU's qtest protocol, as far as a device needs it: the level of an interrupt line. docs/devel/qtest.rst, QEMU 7.2.
import type { Duplex } from 'node:stream';

/** One command at a time; each is answered by a line that begins with OK, or says what is wrong. */
export class Qtest {
  private rest = '';
  private readonly waiting: ((line: string) => void)[] = [];

  private readonly socket: Duplex;

  constructor(socket: Duplex) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      const lines = `${this.rest}${chunk.toString('latin1')}`.split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.waiting.shift()?.(line);
    });
  }

  /** Gives the answer. */
  command(line: string): Promise<string> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(`${line}\n`);
    });
  }
}

/** The I/O APIC's input that a PCI interrupt line of the `pc` machine leads to. */
export function setLine(line: number, level: boolean): string {
  return `set_irq_in /machine/i440fx/ioapic unnamed-gpio-in ${line} ${level ? 1 : 0}`;
}
