/* SPDX-License-Identifier: Apache-2.0 */
/* sys/types.h of the model machine. */
#ifndef MILLRACE_SYS_TYPES_H
#define MILLRACE_SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>
typedef long ssize_t;
typedef int pid_t;
typedef long off_t;
typedef unsigned int mode_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int uint;
typedef unsigned int u_int;
typedef unsigned long ulong;
#endif
