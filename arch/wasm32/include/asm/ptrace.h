/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_PTRACE_H
#define _ASM_WASM32_PTRACE_H

#ifndef __ASSEMBLY__
struct pt_regs {
	unsigned long pc;
	unsigned long sp;
	unsigned long args[6];
	long syscall;
	long result;
};

#define user_mode(regs) 0
#define instruction_pointer(regs) ((regs)->pc)
#define user_stack_pointer(regs) ((regs)->sp)
#define kernel_stack_pointer(regs) ((regs)->sp)
#define profile_pc(regs) instruction_pointer(regs)
#define frame_pointer(regs) ((regs)->sp)
#define regs_return_value(regs) ((regs)->result)
#define arch_has_single_step() 0

static inline void instruction_pointer_set(struct pt_regs *regs, unsigned long value)
{
	regs->pc = value;
}
#endif

#endif
