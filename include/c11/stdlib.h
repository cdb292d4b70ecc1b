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
int abs(int);
long labs(long);
long long llabs(long long);
int atoi(const char *);
long atol(const char *);
long long atoll(const char *);
long strtol(const char *, char **, int);
unsigned long strtoul(const char *, char **, int);
long long strtoll(const char *, char **, int);
unsigned long long strtoull(const char *, char **, int);
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
char *getenv(const char *);
void srandom(unsigned);
int rand_r(unsigned *);
void *bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));
double strtod(const char *, char **);
float strtof(const char *, char **);
double atof(const char *);
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
static inline div_t div(int a, int b) { return (div_t){ a / b, a % b }; }
static inline ldiv_t ldiv(long a, long b) { return (ldiv_t){ a / b, a % b }; }
#include <alloca.h>
#endif
