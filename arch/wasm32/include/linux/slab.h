/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In front of the tree's header of this name. Up to 6.0 kmalloc() of a constant size is inline and takes an object of a
 * cache that mm/slab_common.c has filled in, of a rounded size; for tracing there is an allocation that is told the size.
 */
#ifndef _MILLRACE_LINUX_SLAB_H
#define _MILLRACE_LINUX_SLAB_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
/* All that the header includes, so that it alone is told that there is tracing. */
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/percpu-refcount.h>
#include <linux/workqueue.h>
#include <linux/kasan.h>
#define CONFIG_TRACING 1
#include_next <linux/slab.h>
#undef CONFIG_TRACING
#else
#include_next <linux/slab.h>
#endif

#endif
