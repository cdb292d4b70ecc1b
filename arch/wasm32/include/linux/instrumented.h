/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In front of the tree's header of this name. There, each atomic operation is announced to KCSAN by a call, because
 * it is assembly that the compiler cannot instrument. Here it is a builtin that the compiler does instrument:
 * announcing it as well would count every atomic access twice.
 */
#ifndef _MILLRACE_LINUX_INSTRUMENTED_H
#define _MILLRACE_LINUX_INSTRUMENTED_H

#include_next <linux/instrumented.h>

#define instrument_atomic_read(v, size) ((void)(v))
#define instrument_atomic_write(v, size) ((void)(v))
#define instrument_atomic_read_write(v, size) ((void)(v))

#endif
