/* SPDX-License-Identifier: Apache-2.0 */
/* ctype.h of the model machine: the C locale. */
#ifndef MILLRACE_CTYPE_H
#define MILLRACE_CTYPE_H
int isdigit(int);
int isxdigit(int);
int islower(int);
int isupper(int);
int isalpha(int);
int isalnum(int);
int isspace(int);
int isprint(int);
int ispunct(int);
int isgraph(int);
int isblank(int);
int iscntrl(int);
int tolower(int);
int toupper(int);
#endif
