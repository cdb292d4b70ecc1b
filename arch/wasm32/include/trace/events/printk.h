/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracepoint of the console, which the machine serves: it calls the probe
 * with each line that it prints. The machine has no other tracepoints.
 */
#ifndef _MILLRACE_TRACE_EVENTS_PRINTK_H
#define _MILLRACE_TRACE_EVENTS_PRINTK_H

#include <linux/types.h>
#include <asm/machine.h>

int __machine(millrace_console_probe)(void (*probe)(void *data, const char *text, size_t length), void *data);

#define register_trace_console(probe, data) millrace_console_probe(probe, data)
#define unregister_trace_console(probe, data) millrace_console_probe(NULL, data)

#endif
