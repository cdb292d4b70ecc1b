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
int sscanf(const char *, const char *, ...);
int vsscanf(const char *, const char *, va_list);
int fscanf(FILE *, const char *, ...);
int vsprintf(char *, const char *, va_list);
/* Files are in memory: there is none at first, and none of the host's. */
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define BUFSIZ 1024
#define FILENAME_MAX 4096
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
FILE *fopen(const char *, const char *);
int fclose(FILE *);
size_t fread(void *, size_t, size_t, FILE *);
size_t fwrite(const void *, size_t, size_t, FILE *);
char *fgets(char *, int, FILE *);
int ungetc(int, FILE *);
int feof(FILE *);
int ferror(FILE *);
void clearerr(FILE *);
int fseek(FILE *, long, int);
long ftell(FILE *);
void rewind(FILE *);
int remove(const char *);
int setvbuf(FILE *, char *, int, size_t);
int fileno(FILE *);
void flockfile(FILE *);
void funlockfile(FILE *);
#endif
