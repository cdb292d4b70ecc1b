/* SPDX-License-Identifier: Apache-2.0 */
/* stdio.h of the model machine: what is printed appears in the trace of a replay. */
#ifndef MILLRACE_STDIO_H
#define MILLRACE_STDIO_H
#include <stdarg.h>
#include <stddef.h>
typedef struct millrace_file FILE;
#define stdin ((FILE *)3)
#define stdout ((FILE *)1)
#define stderr ((FILE *)2)
#define EOF (-1)
int printf(const char *, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *, const char *, ...) __attribute__((format(printf, 2, 3)));
int sprintf(char *, const char *, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char *, size_t, const char *, ...) __attribute__((format(printf, 3, 4)));
int vprintf(const char *, va_list);
int vfprintf(FILE *, const char *, va_list);
int vsnprintf(char *, size_t, const char *, va_list);
int puts(const char *);
int fputs(const char *, FILE *);
int putchar(int);
int fflush(FILE *);
int putc(int, FILE *);
int fputc(int, FILE *);
int scanf(const char *, ...);
int getchar(void);
int fgetc(FILE *);
int getc(FILE *);
void setbuf(FILE *, char *);
void perror(const char *);
#endif
