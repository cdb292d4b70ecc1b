/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_CURRENT_H
#define _ASM_WASM32_CURRENT_H

#include <asm/machine.h>

struct task_struct;

static __always_inline struct task_struct *get_current(void)
{
	return millrace_current();
}

#define current get_current()

#endif
