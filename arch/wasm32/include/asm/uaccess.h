/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_UACCESS_H
#define _ASM_WASM32_UACCESS_H

#include <linux/string.h>
#include <asm/machine.h>
#include <asm/page.h>

static __always_inline unsigned long
raw_copy_from_user(void *to, const void __user *from, unsigned long bytes)
{
	return millrace_copy_from_user(to, (const void __force *)from, bytes);
}

static __always_inline unsigned long
raw_copy_to_user(void __user *to, const void *from, unsigned long bytes)
{
	return millrace_copy_to_user((void __force *)to, from, bytes);
}

static __always_inline unsigned long __clear_user(void __user *to, unsigned long bytes)
{
	return millrace_clear_user((void __force *)to, bytes);
}
#define __clear_user __clear_user

#define INLINE_COPY_FROM_USER
#define INLINE_COPY_TO_USER
/* Since 7.1 one for both. */
#define INLINE_COPY_USER

#include <asm-generic/uaccess.h>

#endif
