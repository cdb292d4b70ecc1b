/* SPDX-License-Identifier: Apache-2.0 */
/* errno.h of the model machine; numbers as Linux has them. */
#ifndef MILLRACE_ERRNO_H
#define MILLRACE_ERRNO_H
__attribute__((weak)) int __millrace_errno;
#define errno __millrace_errno
#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EAGAIN 11
#define EWOULDBLOCK EAGAIN
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22
#define EDEADLK 35
#define ETIMEDOUT 110
#endif
