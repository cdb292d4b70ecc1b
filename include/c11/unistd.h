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
ssize_t read(int, void *, size_t);
ssize_t write(int, const void *, size_t);
int close(int);
off_t lseek(int, off_t, int);
int unlink(const char *);
int access(const char *, int);
int isatty(int);
#define F_OK 0
#define R_OK 4
#define W_OK 2
#define X_OK 1
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#include <getopt.h>
void _exit(int) __attribute__((noreturn));
#endif
