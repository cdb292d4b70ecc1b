/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guest vouches for: a second channel beside the console, and the
 * checksum of the counts. Included by millrace_kernel.h and millrace_guest.c.
 *
 * A serial line may lose characters. The driver of a 16550 waits for room for
 * some time only, then writes over what was not sent
 * (fifo_wait_for_lsr(), drivers/tty/serial/8250/8250_port.c, v6.12). So every
 * record that goes to the consoles is announced on a port that QEMU's isa-debugcon
 * copies to a file, a line each, in hexadecimal: its length and its CRC-32,
 * without carriage returns.
 *
 *	r 4c 9f3c2a11
 *
 * Off unless the command line has millrace.channel=0xe9, as Millrace sets it.
 */
#ifndef MILLRACE_CHANNEL_H
#define MILLRACE_CHANNEL_H

#include <linux/console.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

static unsigned int millrace_channel;
module_param_named(channel, millrace_channel, uint, 0444);

/* Goes on with a CRC-32 as zlib has it, which begins with 0; carriage returns do not count. */
static __no_kcsan u32 millrace_crc(u32 crc, const char *text, unsigned int length)
{
	unsigned int i, bit;

	crc = ~crc;
	for (i = 0; i < length; i++) {
		if (text[i] == '\r')
			continue;
		crc ^= (u8)text[i];
		for (bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

#ifdef CONFIG_X86
static __no_kcsan void
millrace_vouch(struct console *console, const char *text, unsigned int length)
{
	unsigned int counted = 0, i;
	char line[32];
	int said;

	for (i = 0; i < length; i++)
		counted += text[i] != '\r';
	said = scnprintf(line, sizeof(line), "r %x %08x\n", counted, millrace_crc(0, text, length));
	for (i = 0; i < said; i++)
		outb(line[i], millrace_channel);
}

static struct console millrace_console = {
	.name = "millrace",
	.write = millrace_vouch,
	/* What was said before it is vouched for as well. */
	.flags = CON_ENABLED | CON_PRINTBUFFER,
	.index = -1,
};

static int __init millrace_channel_init(void)
{
	if (millrace_channel)
		register_console(&millrace_console);
	return 0;
}
console_initcall(millrace_channel_init);
#endif

#endif /* MILLRACE_CHANNEL_H */
