/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a device.c can do. It is compiled to WebAssembly and runs beside the
 * virtual machine; registers are named as in device.yaml (`device.h`, which is
 * made from it), those of an array by the first and the index behind it:
 *
 *	device_read(VDMA_P_ADDR + channel)
 *
 * A device defines what it needs of the on_...() functions.
 */
#ifndef MILLRACE_DEVICE_H
#define MILLRACE_DEVICE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define BIT(n) (1u << (n))
#define MILLISECOND 1000000ull
#define MICROSECOND 1000ull

#define MILLRACE_SERVICE(name) __attribute__((import_module("env"), import_name(#name)))

/* The value that a register holds, without what reading it from the bus does. */
MILLRACE_SERVICE(device_read) u32 device_read(u32 reg);
MILLRACE_SERVICE(device_write) void device_write(u32 reg, u32 value);

/* The interrupt line: 1 while it is asserted. */
MILLRACE_SERVICE(device_irq) void device_irq(u32 level);

/* Guest memory by its bus address; 0, or -1 where there is none. */
MILLRACE_SERVICE(device_dma_read) int device_dma_read(u64 address, void *buffer, u32 size);
MILLRACE_SERVICE(device_dma_write) int device_dma_write(u64 address, const void *buffer, u32 size);

/* Calls on_timer(id) later; one that is pending under this id is put off. */
MILLRACE_SERVICE(device_after) void device_after(u64 nanoseconds, u32 id);

/*
 * Answers the access at hand later. That makes windows wider than the chip at
 * hand may have them: each result that it had a part in names it.
 */
MILLRACE_SERVICE(device_hold) void device_hold(u64 nanoseconds);

/*
 * Faults on purpose, named in each result as well: the read at hand gets no
 * answer, which a PCI bus turns into ones; or the device is gone from here on.
 */
MILLRACE_SERVICE(device_fail) void device_fail(void);
MILLRACE_SERVICE(device_remove) void device_remove(void);

#define MILLRACE_HANDLER(name) __attribute__((export_name(#name)))

/* After all registers have their reset values. */
MILLRACE_HANDLER(on_reset) void on_reset(void);
/* Before the value of a register is taken; then the register is cleared, if reading clears it. */
MILLRACE_HANDLER(on_read) void on_read(u32 reg);
/* After a value was stored as the register's kind of access has it. */
MILLRACE_HANDLER(on_write) void on_write(u32 reg, u32 value);
MILLRACE_HANDLER(on_timer) void on_timer(u32 id);
/* The user program has called millrace_tell_device(value). */
MILLRACE_HANDLER(on_user) void on_user(u32 value);

#endif
