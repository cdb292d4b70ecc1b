/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_IRQ_H
#define _ASM_WASM32_IRQ_H

#define NR_IRQS 256

#include <asm-generic/irq.h>

#endif
