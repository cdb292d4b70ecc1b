/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_TIMEX_H
#define _ASM_WASM32_TIMEX_H

#include <asm/machine.h>

typedef unsigned long cycles_t;

#define get_cycles() ((cycles_t)millrace_cycles())
#define CLOCK_TICK_RATE 1193182

#endif
