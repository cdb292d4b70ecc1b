/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_DMA_H
#define _ASM_WASM32_DMA_H

#include <asm-generic/dma.h>

#ifndef isa_dma_bridge_buggy
extern int isa_dma_bridge_buggy;
#endif

#endif
