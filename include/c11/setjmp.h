/* SPDX-License-Identifier: Apache-2.0 */
/* setjmp.h of the model machine: within one thread, to a function that has not returned. */
#ifndef MILLRACE_SETJMP_H
#define MILLRACE_SETJMP_H
typedef int jmp_buf[4];
typedef jmp_buf sigjmp_buf;
int setjmp(jmp_buf) __attribute__((returns_twice));
void longjmp(jmp_buf, int) __attribute__((noreturn));
#define _setjmp(where) setjmp(where)
#define _longjmp(where, value) longjmp(where, value)
#define sigsetjmp(where, mask) setjmp(where)
#define siglongjmp(where, value) longjmp(where, value)
#endif
