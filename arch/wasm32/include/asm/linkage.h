/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_LINKAGE_H
#define _ASM_WASM32_LINKAGE_H

#define __ALIGN .p2align 2
#define __ALIGN_STR ".p2align 2"
/* Code has no address in WebAssembly: where a label's address is wanted, the caller's site serves. */
#define MILLRACE_THIS_IP ((unsigned long)millrace_return_address(0))
#define _THIS_IP_ MILLRACE_THIS_IP

#endif
