/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_ELF_H
#define _ASM_WASM32_ELF_H

#include <linux/types.h>
#include <asm/ptrace.h>

#define ELF_NGREG (sizeof(struct pt_regs) / sizeof(unsigned long))
typedef unsigned long elf_greg_t;
typedef elf_greg_t elf_gregset_t[ELF_NGREG];
typedef struct { int none; } elf_fpregset_t;

#define ELF_CLASS ELFCLASS32
#define ELF_DATA ELFDATA2LSB
#define ELF_ARCH EM_NONE
#define ELF_EXEC_PAGESIZE 4096
#define ELF_ET_DYN_BASE (TASK_SIZE / 3 * 2)
#define ELF_HWCAP 0
#define ELF_PLATFORM NULL
#define elf_check_arch(header) ((header)->e_machine == ELF_ARCH)
#define ELF_CORE_COPY_REGS(destination, regs) memcpy(&(destination), (regs), sizeof(struct pt_regs));

#endif
