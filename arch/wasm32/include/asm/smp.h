/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SMP_H
#define _ASM_WASM32_SMP_H

#include <asm/machine.h>

#define raw_smp_processor_id() millrace_cpu()

struct cpumask;

void arch_send_call_function_single_ipi(int cpu);
void arch_send_call_function_ipi_mask(const struct cpumask *mask);
void arch_smp_send_reschedule(int cpu);
int __cpu_disable(void);
void __cpu_die(unsigned int cpu);
#define cpu_logical_map(cpu) (cpu)

#endif
