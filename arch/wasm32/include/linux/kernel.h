/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In front of the tree's header of this name. Up to 5.18 it defines _THIS_IP_ itself, as the address of a label, whatever
 * the architecture says; here code has no address.
 */
#ifndef _MILLRACE_LINUX_KERNEL_H
#define _MILLRACE_LINUX_KERNEL_H

#include_next <linux/kernel.h>

#include <asm/linkage.h>
#undef _THIS_IP_
#define _THIS_IP_ MILLRACE_THIS_IP

#endif
