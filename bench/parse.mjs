// `millrace parse` on a 500 MB console: peak memory against a limit, and against a tenth of the console; time per MB
// against `grep -c`, which finds the reports and understands none, on the same file in the same run.
//
//   npm run bench:parse -- [--megabytes 500]
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const memoryLimitMiB = 300;
const timeLimitSeconds = 60;
/** Peak memory of the whole console may exceed that of a tenth of it by no more than the collector's slack. */
const growthLimitMiB = 64;

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '500' } } });
const megabytes = Number(values.megabytes);
const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const command = new URL('../dist/cli/main.js', import.meta.url).pathname;
const preload = new URL('./peak-memory.mjs', import.meta.url).href;

const consoles = {
  'mostly other messages': (i) => (i % 400 === 0 ? report(i) : i % 37 === 0 ? test(i) : chatter(i)),
  'a flood of reports': (i) => (i % 50 === 0 ? warning(i) : report(i)),
};

function stamp(i) {
  return `[${(i / 1000).toFixed(6).padStart(12)}][${(i % 3 === 0 ? `C${i % 8}` : `T${100 + (i % 900)}`).padStart(6)}]`;
}

function chatter(i) {
  return `${stamp(i)} usb 1-${i % 9}: new high-speed USB device number ${i} using xhci_hcd, port ${i % 13}\r\n`;
}

function test(i) {
  return `${stamp(i)}     # case_${i}: round ${i} of many went through the window\r\n`;
}

function warning(i) {
  const at = stamp(i);
  return [
    '------------[ cut here ]------------',
    `WARNING: CPU: ${i % 8} PID: ${i} at drivers/media/pci/tw686x/tw686x-core.c:${i % 400} tw686x_irq+0x1f/0x80`,
    'Call Trace:',
    ' tw686x_irq+0x1f/0x80',
    '---[ end trace 0000000000000000 ]---',
  ]
    .map((line) => `${at} ${line}\r\n`)
    .join('');
}

function report(i) {
  const at = stamp(i);
  const other = `side_${i % 97}`;
  const frames = [
    'tw686x_stop_streaming+0x3b/0x70',
    '__vb2_queue_cancel+0x5d/0x3c0',
    'vb2_core_streamoff+0x2c/0xb0',
  ];
  const rest = [...frames, 'kthread+0x17a/0x1c0', 'ret_from_fork+0x3c/0x50', 'ret_from_fork_asm+0x1a/0x30'];
  return [
    '='.repeat(66),
    `BUG: KCSAN: data-race in ${other} / tw686x_disable_channel`,
    '',
    `write to 0xffff888104${(i % 0xffffff).toString(16).padStart(6, '0')} of 4 bytes by task ${i} on cpu ${i % 8}:`,
    ...['tw686x_disable_channel+0x5a/0x110', ...rest].map((frame) => ` ${frame}`),
    '',
    `read to 0xffff888104${(i % 0xffffff).toString(16).padStart(6, '0')} of 4 bytes by interrupt on cpu ${(i + 1) % 8}:`,
    ...[`${other}+0x21/0x90`, 'call_timer_fn+0x38/0x1a0', '__run_timers+0x2f1/0x4c0'].map(
      (frame) => ` ${frame}`,
    ),
    '',
    `value changed: 0x0000000${i % 8} -> 0x0000000${(i + 1) % 8}`,
    '',
    'Reported by Kernel Concurrency Sanitizer on:',
    `CPU: ${i % 8} UID: 0 PID: ${i} Comm: kunit_try_catch Not tainted 6.12.117 #1`,
    '='.repeat(66),
  ]
    .map((line) => `${at} ${line}\r\n`)
    .join('');
}

function write(name, size, line) {
  const file = join(directory, name);
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, `${stamp(0)} KTAP version 1\r\n${stamp(0)} 1..2\r\n`);
  let written = 0;
  for (let i = 1; written < size; ) {
    let text = '';
    while (text.length < 1 << 20) text += line(i++);
    written += writeSync(descriptor, text);
  }
  closeSync(descriptor);
  return file;
}

async function measure(program, args) {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  let bytes = 0;
  let usage = '';
  child.stdout.on('data', (chunk) => {
    bytes += chunk.length;
  });
  child.stdio[3].on('data', (chunk) => {
    usage += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, bytes, peakMiB: usage === '' ? null : JSON.parse(usage).maxRSS / 1024 };
}

const parse = (file, ...more) =>
  measure(process.execPath, ['--import', preload, command, 'parse', file, ...more]);

let failed = false;
function expect(what, value, limit, unit) {
  const good = value <= limit;
  failed ||= !good;
  console.log(`  ${good ? 'ok  ' : 'FAIL'} ${what}: ${value.toFixed(1)} ${unit} (limit ${limit} ${unit})`);
}

try {
  for (const [name, line] of Object.entries(consoles)) {
    const tenth = write('tenth.log', megabytes * 1e5, line);
    const small = await parse(tenth, '--json');
    rmSync(tenth);
    const file = write('whole.log', megabytes * 1e6, line);
    const size = statSync(file).size / 1e6;
    const grep = await measure('grep', ['-c', 'BUG: KCSAN', file]);
    const json = await parse(file, '--json');
    const text = await parse(file);
    rmSync(file);
    console.log(`${size.toFixed(0)} MB, ${name}`);
    for (const [how, run] of Object.entries({ 'grep -c': grep, 'parse --json': json, parse: text })) {
      const rate = `${(size / run.seconds).toFixed(0)} MB/s`.padStart(10);
      const peak = run.peakMiB === null ? '' : `, peak ${run.peakMiB.toFixed(0)} MiB`;
      console.log(
        `  ${how.padEnd(13)}${run.seconds.toFixed(1).padStart(6)} s ${rate}${peak}, ${(run.bytes / 1e6).toFixed(1)} MB out`,
      );
    }
    expect('time of parse --json', json.seconds, timeLimitSeconds, 's');
    expect('peak memory of parse --json', json.peakMiB, memoryLimitMiB, 'MiB');
    expect('peak memory of parse', text.peakMiB, memoryLimitMiB, 'MiB');
    expect('growth from a tenth to the whole', json.peakMiB - small.peakMiB, growthLimitMiB, 'MiB');
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
