/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SYSCALL_H
#define _ASM_WASM32_SYSCALL_H

#include <linux/types.h>
#include <linux/sched.h>
#include <asm/ptrace.h>

static inline int syscall_get_nr(struct task_struct *task, struct pt_regs *regs)
{
	return regs->syscall;
}

static inline void syscall_rollback(struct task_struct *task, struct pt_regs *regs)
{
}

static inline long syscall_get_error(struct task_struct *task, struct pt_regs *regs)
{
	return IS_ERR_VALUE(regs->result) ? regs->result : 0;
}

static inline long syscall_get_return_value(struct task_struct *task, struct pt_regs *regs)
{
	return regs->result;
}

static inline void
syscall_set_return_value(struct task_struct *task, struct pt_regs *regs, int error, long value)
{
	regs->result = error ? error : value;
}

static inline void
syscall_get_arguments(struct task_struct *task, struct pt_regs *regs, unsigned long *args)
{
	memcpy(args, regs->args, sizeof(regs->args));
}

static inline int syscall_get_arch(struct task_struct *task)
{
	return 0;
}

#endif
