/* SPDX-License-Identifier: Apache-2.0 */
/* alloca.h of the model machine. */
#ifndef MILLRACE_ALLOCA_H
#define MILLRACE_ALLOCA_H
#define alloca(size) __builtin_alloca(size)
#endif
