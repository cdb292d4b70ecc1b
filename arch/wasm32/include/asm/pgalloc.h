/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_PGALLOC_H
#define _ASM_WASM32_PGALLOC_H

#include <linux/mm.h>

#define pmd_populate_kernel(mm, pmd, pte) do { pmd_val(*(pmd)) = __pa(pte) | _PAGE_PRESENT; } while (0)
#define pmd_populate(mm, pmd, page) do { pmd_val(*(pmd)) = page_to_phys(page) | _PAGE_PRESENT; } while (0)

#include <asm-generic/pgalloc.h>

pgd_t *pgd_alloc(struct mm_struct *mm);

#endif
