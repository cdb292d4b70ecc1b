/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers that do more than memory does: reading clears them, or a written 1.
 * Included by millrace.h alone.
 *
 *	static const struct millrace_register registers[] = {
 *		{ "INT_STATUS", 0x00, 4, MILLRACE_READ_CLEARS },
 *	};
 *	...
 *	millrace_registers(fake->registers, registers, ARRAY_SIZE(registers));
 *
 * In the model engine readl(), writel() and the like then do to them what an
 * access from the bus does, in one step. The harness plays the chip: it looks at
 * a register with READ_ONCE(), changes one with WRITE_ONCE(), and sets bits with
 * millrace_chip_set(). On a kernel the registers of a harness stay plain memory.
 */
#ifndef MILLRACE_REGISTERS_H
#define MILLRACE_REGISTERS_H

#include <linux/types.h>

enum millrace_register_access {
	MILLRACE_READ_WRITE = 0,
	MILLRACE_READ_ONLY = 1,		/* writes are lost */
	MILLRACE_WRITE_ONLY = 2,	/* reads as zero */
	MILLRACE_ONE_CLEARS = 3,	/* a written 1 clears the bit */
	MILLRACE_READ_CLEARS = 4,	/* reading clears all; writes are lost */
};

/* The model machine reads it as wasm32 lays it out: seven words of four bytes. */
struct millrace_register {
	const char *name;
	u32 offset;	/* bytes from the start */
	u32 width;	/* bytes: 1, 2 or 4 */
	u32 access;	/* enum millrace_register_access */
	u32 count;	/* of an array; 0 is 1 */
	u32 stride;	/* of an array, bytes from one to the next */
	u32 reset;
};

/* What the chip itself does to bits of a register, in one step. */
static inline void __maybe_unused millrace_chip_set(u32 *reg, u32 bits)
{
	__atomic_fetch_or(reg, bits, __ATOMIC_RELAXED);
}

#ifdef MILLRACE_MODEL
void __attribute__((import_module("machine"), import_name("millrace_registers_at")))
millrace_registers_at(void *base, const struct millrace_register *registers, u32 count);
#else
static inline void
millrace_registers_at(void *base, const struct millrace_register *registers, u32 count)
{
}
#endif

/* In set-up: what is at `base` are these registers, with their reset values. */
static inline void __maybe_unused
millrace_registers(void *base, const struct millrace_register *registers, u32 count)
{
	u32 i, element;

	for (i = 0; i < count; i++) {
		for (element = 0; element < (registers[i].count ?: 1); element++) {
			u8 *at = (u8 *)base + registers[i].offset + element * registers[i].stride;

			switch (registers[i].width) {
			case 1:
				*at = registers[i].reset;
				break;
			case 2:
				*(u16 *)at = registers[i].reset;
				break;
			default:
				*(u32 *)at = registers[i].reset;
			}
		}
	}
	millrace_registers_at(base, registers, count);
}

#endif
