/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_MMU_CONTEXT_H
#define _ASM_WASM32_MMU_CONTEXT_H

#include <linux/mm_types.h>
#include <asm-generic/mmu_context.h>

/* Address spaces are not modelled: a switch between them changes nothing that code can see. */
#define switch_mm(prev, next, task) do { } while (0)
#define switch_mm_irqs_off(prev, next, task) do { } while (0)

#endif
