/* SPDX-License-Identifier: Apache-2.0 */
/* stdlib.h of the model machine. */
#ifndef MILLRACE_STDLIB_H
#define MILLRACE_STDLIB_H
#include <stddef.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
void *aligned_alloc(size_t, size_t);
int posix_memalign(void **, size_t, size_t);
void free(void *);
void abort(void) __attribute__((noreturn));
void exit(int) __attribute__((noreturn));
void _Exit(int) __attribute__((noreturn));
int rand(void);
long random(void);
void srand(unsigned);
static inline int abs(int value) { return value < 0 ? -value : value; }
static inline long labs(long value) { return value < 0 ? -value : value; }
static inline int atoi(const char *text)
{
	int sign = 1, value = 0;
	while (*text == ' ' || *text == '\t')
		text++;
	if (*text == '-' || *text == '+')
		sign = *text++ == '-' ? -1 : 1;
	while (*text >= '0' && *text <= '9')
		value = value * 10 + (*text++ - '0');
	return sign * value;
}
static inline long atol(const char *text) { return atoi(text); }
#endif
