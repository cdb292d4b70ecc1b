/* SPDX-License-Identifier: GPL-2.0 */
/* No counters: linux/perf_event.h asks only that there be such a header. */
#ifndef _ASM_WASM32_PERF_EVENT_H
#define _ASM_WASM32_PERF_EVENT_H


#endif
