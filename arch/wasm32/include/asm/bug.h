/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_BUG_H
#define _ASM_WASM32_BUG_H

#include <asm/machine.h>

#define HAVE_ARCH_BUG
#define BUG() millrace_bug(__FILE__, __LINE__)

#include <asm-generic/bug.h>

#endif
