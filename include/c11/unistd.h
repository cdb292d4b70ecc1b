/* SPDX-License-Identifier: Apache-2.0 */
/* unistd.h of the model machine. */
#ifndef MILLRACE_UNISTD_H
#define MILLRACE_UNISTD_H
#include <stddef.h>
#include <sys/types.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
unsigned sleep(unsigned);
int usleep(unsigned);
pid_t getpid(void);
void _exit(int) __attribute__((noreturn));
#endif
