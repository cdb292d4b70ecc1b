/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SUSPEND_H
#define _ASM_WASM32_SUSPEND_H

static inline int arch_prepare_suspend(void)
{
	return 0;
}

#endif
