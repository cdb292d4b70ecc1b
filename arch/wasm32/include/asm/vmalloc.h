/* SPDX-License-Identifier: GPL-2.0 */
/* Included by linux/vmalloc.h; the generic behaviour is right. */
#ifndef _ASM_WASM32_VMALLOC_H
#define _ASM_WASM32_VMALLOC_H


#endif
