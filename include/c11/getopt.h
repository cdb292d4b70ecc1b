/* SPDX-License-Identifier: Apache-2.0 */
/* getopt.h of the model machine: short options. */
#ifndef MILLRACE_GETOPT_H
#define MILLRACE_GETOPT_H
extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int, char *const[], const char *);
#endif
