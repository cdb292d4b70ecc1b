/* SPDX-License-Identifier: Apache-2.0 */
/* string.h of the model machine. */
#ifndef MILLRACE_STRING_H
#define MILLRACE_STRING_H
#include <stddef.h>
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memchr(const void *, int, size_t);
size_t strlen(const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
char *strcpy(char *, const char *);
char *strncpy(char *, const char *, size_t);
char *strcat(char *, const char *);
char *strchr(const char *, int);
char *strrchr(const char *, int);
char *strdup(const char *);
char *strncat(char *, const char *, size_t);
char *strstr(const char *, const char *);
char *strerror(int);
size_t strnlen(const char *, size_t);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
char *strpbrk(const char *, const char *);
char *strtok(char *, const char *);
char *strtok_r(char *, const char *, char **);
char *strsep(char **, const char *);
char *strndup(const char *, size_t);
char *stpcpy(char *, const char *);
char *strcasestr(const char *, const char *);
int strcoll(const char *, const char *);
void *memrchr(const void *, int, size_t);
void *mempcpy(void *, const void *, size_t);
#include <strings.h>
#endif
