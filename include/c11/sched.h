/* SPDX-License-Identifier: Apache-2.0 */
/* sched.h of the model machine. */
#ifndef MILLRACE_SCHED_H
#define MILLRACE_SCHED_H
int sched_yield(void);
#endif
