/* SPDX-License-Identifier: Apache-2.0 */
/* sys/time.h of the model machine: time is virtual. */
#ifndef MILLRACE_SYS_TIME_H
#define MILLRACE_SYS_TIME_H
#include <time.h>
int gettimeofday(struct timeval *, void *);
#endif
