/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_IRQFLAGS_H
#define _ASM_WASM32_IRQFLAGS_H

#include <asm/machine.h>

static __always_inline unsigned long arch_local_save_flags(void)
{
	return millrace_irq_flags();
}

static __always_inline unsigned long arch_local_irq_save(void)
{
	return millrace_irq_save();
}

static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	millrace_irq_restore(flags);
}

static __always_inline void arch_local_irq_disable(void)
{
	millrace_irq_disable();
}

static __always_inline void arch_local_irq_enable(void)
{
	millrace_irq_enable();
}

static __always_inline bool arch_irqs_disabled_flags(unsigned long flags)
{
	return flags != 0;
}

static __always_inline bool arch_irqs_disabled(void)
{
	return millrace_irq_flags() != 0;
}

#endif
