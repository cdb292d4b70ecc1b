/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_SWITCH_TO_H
#define _ASM_WASM32_SWITCH_TO_H

struct task_struct *__switch_to(struct task_struct *previous, struct task_struct *next);
#define switch_to(previous, next, last) ((last) = __switch_to(previous, next))

#endif
