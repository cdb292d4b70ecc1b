/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_PROCESSOR_H
#define _ASM_WASM32_PROCESSOR_H

#include <asm/cpufeature.h>
#include <asm/machine.h>
#include <asm/page.h>
#include <asm/ptrace.h>

#define TASK_SIZE 0xc0000000UL
#define TASK_UNMAPPED_BASE (TASK_SIZE / 3)
#define STACK_TOP TASK_SIZE
#define STACK_TOP_MAX TASK_SIZE

#define cpu_relax() millrace_relax()

struct task_struct;
struct pt_regs;

struct thread_struct {
	struct pt_regs *regs;
};

#define INIT_THREAD { 0 }

#define task_pt_regs(task) ((task)->thread.regs)
#define KSTK_EIP(task) 0UL
#define KSTK_ESP(task) 0UL

void start_thread(struct pt_regs *regs, unsigned long pc, unsigned long sp);
unsigned long __get_wchan(struct task_struct *task);

#endif
