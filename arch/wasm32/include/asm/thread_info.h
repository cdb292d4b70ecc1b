/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_THREAD_INFO_H
#define _ASM_WASM32_THREAD_INFO_H

#include <asm/page.h>

#define THREAD_SIZE_ORDER 2
#define THREAD_SIZE (PAGE_SIZE << THREAD_SIZE_ORDER)

#ifndef __ASSEMBLY__
struct thread_info {
	unsigned long flags;
	unsigned long syscall_work;
	int preempt_count;
	unsigned int cpu;
};

#define INIT_THREAD_INFO(task) { .flags = 0 }
#endif

#define TIF_NOTIFY_RESUME 1
#define TIF_SIGPENDING 2
#define TIF_NEED_RESCHED 3
#define TIF_NOTIFY_SIGNAL 4
#define TIF_UPROBE 5
#define TIF_PATCH_PENDING 6
#define TIF_POLLING_NRFLAG 7
#define TIF_MEMDIE 8
#define TIF_RESTORE_SIGMASK 9
#define TIF_SYSCALL_TRACE 10
#define TIF_SYSCALL_AUDIT 11
#define TIF_SECCOMP 12
#define TIF_SINGLESTEP 13

#define _TIF_NOTIFY_RESUME (1 << TIF_NOTIFY_RESUME)
#define _TIF_SIGPENDING (1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED (1 << TIF_NEED_RESCHED)
#define _TIF_NOTIFY_SIGNAL (1 << TIF_NOTIFY_SIGNAL)
#define _TIF_UPROBE (1 << TIF_UPROBE)
#define _TIF_PATCH_PENDING (1 << TIF_PATCH_PENDING)
#define _TIF_POLLING_NRFLAG (1 << TIF_POLLING_NRFLAG)
#define _TIF_SYSCALL_TRACE (1 << TIF_SYSCALL_TRACE)
#define _TIF_SYSCALL_AUDIT (1 << TIF_SYSCALL_AUDIT)
#define _TIF_SECCOMP (1 << TIF_SECCOMP)

#endif
