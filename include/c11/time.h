/* SPDX-License-Identifier: Apache-2.0 */
/* time.h of the model machine: time is virtual. */
#ifndef MILLRACE_TIME_H
#define MILLRACE_TIME_H
#include <stddef.h>
typedef long time_t;
typedef long clock_t;
typedef int clockid_t;
struct timespec {
	time_t tv_sec;
	long tv_nsec;
};
struct timeval {
	time_t tv_sec;
	long tv_usec;
};
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
time_t time(time_t *);
#define CLOCKS_PER_SEC 1000000l
clock_t clock(void);
int nanosleep(const struct timespec *, struct timespec *);
int clock_gettime(clockid_t, struct timespec *);
int clock_nanosleep(clockid_t, int, const struct timespec *, struct timespec *);
#define TIMER_ABSTIME 1
#define CLOCK_MONOTONIC_RAW 4
#define CLOCK_BOOTTIME 7
#endif
