/* SPDX-License-Identifier: Apache-2.0 */
/* strings.h of the model machine. */
#ifndef MILLRACE_STRINGS_H
#define MILLRACE_STRINGS_H
#include <stddef.h>
int bcmp(const void *, const void *, size_t);
void bcopy(const void *, void *, size_t);
void bzero(void *, size_t);
int ffs(int);
int ffsl(long);
int ffsll(long long);
char *strchr(const char *, int);
char *strrchr(const char *, int);
/* No functions: a program may well have a variable of that name. */
#define index(text, byte) strchr(text, byte)
#define rindex(text, byte) strrchr(text, byte)
int strcasecmp(const char *, const char *);
int strncasecmp(const char *, const char *, size_t);
#endif
