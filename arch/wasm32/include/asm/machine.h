/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_MACHINE_H
#define _ASM_WASM32_MACHINE_H

/*
 * What the model machine does for kernel code, and the only way out of the module: every function here is imported
 * from the module "machine". An architecture would have instructions for these; this one has calls, so that the
 * machine sees each lock, each change of the interrupt or preemption state and each device access, and may let
 * another context run there.
 */
#ifndef __ASSEMBLY__

#define __machine(name) __attribute__((import_module("machine"), import_name(#name))) name

/* The context that runs. */
void *__machine(millrace_current)(void);		/* struct task_struct * */
int __machine(millrace_cpu)(void);			/* 0 .. NR_CPUS-1 */
unsigned long __machine(millrace_per_cpu_offset)(int cpu); /* added to the address of a per-CPU variable */
void __machine(millrace_relax)(void);			/* cpu_relax(): another context must run for this loop to end */
unsigned long __machine(millrace_return_address)(int level);

/* Interrupts of this CPU. Flags: 0 is enabled, 1 is disabled. */
unsigned long __machine(millrace_irq_flags)(void);
unsigned long __machine(millrace_irq_save)(void);	/* disables; gives the flags from before */
void __machine(millrace_irq_restore)(unsigned long flags);
void __machine(millrace_irq_disable)(void);
void __machine(millrace_irq_enable)(void);

/* preempt_count() of the running context, with the fields of linux/preempt.h. */
int __machine(millrace_preempt_count)(void);
void __machine(millrace_preempt_count_set)(int count);
void __machine(millrace_preempt_count_add)(int value);
void __machine(millrace_preempt_schedule)(void);	/* the count reached 0 again */
int __machine(millrace_need_resched)(void);

/* arch_spinlock_t and arch_rwlock_t taken directly; drivers come through _raw_spin_lock() and its kin instead. */
void __machine(millrace_arch_spin_lock)(void *lock);
int __machine(millrace_arch_spin_trylock)(void *lock);	/* 1 when taken */
void __machine(millrace_arch_spin_unlock)(void *lock);
int __machine(millrace_arch_spin_is_locked)(const void *lock);
int __machine(millrace_arch_spin_is_contended)(const void *lock);
void __machine(millrace_arch_read_lock)(void *lock);
int __machine(millrace_arch_read_trylock)(void *lock);
void __machine(millrace_arch_read_unlock)(void *lock);
void __machine(millrace_arch_write_lock)(void *lock);
int __machine(millrace_arch_write_trylock)(void *lock);
void __machine(millrace_arch_write_unlock)(void *lock);

/* Device registers: addresses as ioremap() or the harness gave them. */
unsigned int __machine(millrace_mmio_read8)(const volatile void *address);
unsigned int __machine(millrace_mmio_read16)(const volatile void *address);
unsigned int __machine(millrace_mmio_read32)(const volatile void *address);
unsigned long long __machine(millrace_mmio_read64)(const volatile void *address);
void __machine(millrace_mmio_write8)(unsigned int value, volatile void *address);
void __machine(millrace_mmio_write16)(unsigned int value, volatile void *address);
void __machine(millrace_mmio_write32)(unsigned int value, volatile void *address);
void __machine(millrace_mmio_write64)(unsigned long long value, volatile void *address);

/* User memory: gives the number of bytes that were not copied. */
unsigned long __machine(millrace_copy_from_user)(void *to, const void *from, unsigned long bytes);
unsigned long __machine(millrace_copy_to_user)(void *to, const void *from, unsigned long bytes);
unsigned long __machine(millrace_clear_user)(void *to, unsigned long bytes);

/* Virtual time. */
void __machine(millrace_delay_ns)(unsigned long long nanoseconds);	/* busy wait: udelay(), ndelay(), mdelay() */
unsigned long long __machine(millrace_cycles)(void);			/* get_cycles(), in nanoseconds */

/* BUG(), and every place that the compiler knows to be the end. */
void __attribute__((noreturn)) __machine(millrace_bug)(const char *file, int line);

#endif

#endif
