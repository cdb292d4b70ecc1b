/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_MC146818RTC_H
#define _ASM_WASM32_MC146818RTC_H

#include <asm/io.h>

/* A PC's clock chip: an index port and a data port behind it. */
#define RTC_PORT(x) (0x70 + (x))
#define RTC_ALWAYS_BCD 1
#define RTC_IRQ 8

#define CMOS_READ(address) ({ outb((address), RTC_PORT(0)); inb(RTC_PORT(1)); })
#define CMOS_WRITE(value, address) ({ outb((address), RTC_PORT(0)); outb((value), RTC_PORT(1)); })

#endif
