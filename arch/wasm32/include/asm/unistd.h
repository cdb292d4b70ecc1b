/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_UNISTD_H
#define _ASM_WASM32_UNISTD_H

#define __ARCH_WANT_SYS_CLONE
#include <uapi/asm-generic/unistd.h>

#endif
