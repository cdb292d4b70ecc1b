/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_DELAY_H
#define _ASM_WASM32_DELAY_H

#include <asm/machine.h>

#define udelay(microseconds) millrace_delay_ns((microseconds) * 1000ULL)
#define ndelay(nanoseconds) millrace_delay_ns(nanoseconds)
#define __delay(cycles) millrace_delay_ns(cycles)
#define __udelay(microseconds) udelay(microseconds)
#define __ndelay(nanoseconds) ndelay(nanoseconds)
#define __const_udelay(cycles) millrace_delay_ns(cycles)

#endif
