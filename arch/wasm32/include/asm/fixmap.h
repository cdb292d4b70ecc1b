/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_FIXMAP_H
#define _ASM_WASM32_FIXMAP_H

enum fixed_addresses {
	FIX_HOLE,
	__end_of_fixed_addresses
};

#define FIXADDR_TOP 0xfffff000UL
#define FIXADDR_SIZE (__end_of_fixed_addresses << PAGE_SHIFT)
#define FIXADDR_START (FIXADDR_TOP - FIXADDR_SIZE)

#endif
