/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SIGCONTEXT_H
#define _ASM_WASM32_SIGCONTEXT_H

struct sigcontext {
	unsigned long sc_mask;
};

#endif
