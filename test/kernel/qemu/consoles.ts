// Consoles as a guest prints them, in pieces, made for these tests.

const report = `[    2.481000] ==================================================================
[    2.482000] BUG: KCSAN: data-race in slow_stop / slow_timer
[    2.483000]
[    2.484000] write (marked) to 0xffff888004a1d010 of 4 bytes by task 83 on cpu 1:
[    2.485000]  slow_stop+0x3c/0x110
[    2.486000]  stop_side+0x22/0x40
[    2.487000]  kthread+0x19d/0x1e0
[    2.488000]
[    2.489000] read to 0xffff888004a1d010 of 4 bytes by interrupt on cpu 0:
[    2.490000]  slow_timer+0x41/0xa0
[    2.491000]  call_timer_fn+0x2e/0x240
[    2.492000]
[    2.493000] value changed: 0x00000003 -> 0x00000002
[    2.494000]
[    2.495000] Reported by Kernel Concurrency Sanitizer on:
[    2.496000] CPU: 0 UID: 0 PID: 83 Comm: millrace/0 Not tainted 6.12.117 #1
[    2.497000] ==================================================================
`;

export const banner = `[    0.000000] Linux version 6.12.117 (millrace@millrace) (clang version 19.1.7) #1 SMP
[    0.000000] Command line: kunit.filter_glob=slow.* kunit.enable=1 console=ttyS0
[    1.204000] kcsan: enabled early
`;

const tests = {
  start: `[    2.101000] KTAP version 1
[    2.102000] 1..1
[    2.103000]     KTAP version 1
[    2.104000]     # Subtest: slow
[    2.105000]     # module: millrace
[    2.106000]     1..2
`,
  first: `[    8.201000]     # stop_and_timer: millrace: rounds=4000 overlaps=900 violations=0 ms=6000
[    8.202000]     ok 1 stop_and_timer
`,
  end: `[   14.301000]     # two_stops: millrace: rounds=500 overlaps=20 violations=1 ms=6000
[   14.302000]     ok 2 two_stops
[   14.303000] # slow: pass:2 fail:0 skip:0 total:2
[   14.304000] # Totals: pass:2 fail:0 skip:0 total:2
[   14.305000] ok 1 slow
`,
};

export const oops = `[    5.001000] BUG: kernel NULL pointer dereference, address: 0000000000000010
[    5.002000] #PF: supervisor read access in kernel mode
[    5.003000] Oops: Oops: 0000 [#1] SMP
[    5.004000] CPU: 1 UID: 0 PID: 84 Comm: millrace/1 Not tainted 6.12.117 #1
[    5.005000] RIP: 0010:slow_stop+0x40/0x110
[    5.006000] ---[ end trace 0000000000000000 ]---
`;

export const panic = `[    9.001000] Kernel panic - not syncing: Fatal exception in interrupt
[    9.002000] Kernel Offset: disabled
[    9.003000] Rebooting in 1 seconds..
`;

export const restart = '[   14.310000] reboot: Restarting system\n';

/** Up to the first result, with one report. */
export const half = banner + tests.start + report + tests.first;
export const whole = half + tests.end + restart;
export const withOops = banner + tests.start + report + oops + tests.first + tests.end + restart;
export const beforeTests = banner;
export const withPanic = half + panic;
