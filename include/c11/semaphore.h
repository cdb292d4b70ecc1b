/* SPDX-License-Identifier: Apache-2.0 */
/* semaphore.h of the model machine: unnamed semaphores of POSIX.1-2017. */
#ifndef MILLRACE_SEMAPHORE_H
#define MILLRACE_SEMAPHORE_H
#include <time.h>
typedef struct { int reserved[4]; } sem_t;
int sem_init(sem_t *, int, unsigned);
int sem_destroy(sem_t *);
int sem_wait(sem_t *);
int sem_trywait(sem_t *);
int sem_timedwait(sem_t *, const struct timespec *);
int sem_post(sem_t *);
int sem_getvalue(sem_t *, int *);
#endif
