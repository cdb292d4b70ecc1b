/* SPDX-License-Identifier: GPL-2.0 */
/* Two levels of page table that nothing walks: enough for the types and predicates of mm headers. */
#ifndef _ASM_WASM32_PGTABLE_H
#define _ASM_WASM32_PGTABLE_H

#include <asm-generic/pgtable-nopmd.h>
#include <asm/fixmap.h>
#include <asm/page.h>

#ifndef __ASSEMBLY__
#include <linux/mm_types.h>
#include <linux/version.h>

#define PGDIR_SHIFT 22
#define PGDIR_SIZE (1UL << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))
#define PTRS_PER_PGD 1024
#define PTRS_PER_PTE 1024
#define USER_PTRS_PER_PGD (TASK_SIZE / PGDIR_SIZE)

#define VMALLOC_START 0xc0000000UL
#define VMALLOC_END 0xe0000000UL

#define _PAGE_PRESENT 0x001
#define _PAGE_WRITE 0x002
#define _PAGE_USER 0x004
#define _PAGE_ACCESSED 0x020
#define _PAGE_DIRTY 0x040
#define _PAGE_SWP_EXCLUSIVE 0x400
#define _PAGE_NOCACHE 0x010
#define _PAGE_IOREMAP (_PAGE_PRESENT | _PAGE_WRITE | _PAGE_NOCACHE)
#define _PAGE_CHG_MASK (PAGE_MASK | _PAGE_ACCESSED | _PAGE_DIRTY)

#define PAGE_NONE __pgprot(_PAGE_ACCESSED)
#define PAGE_READONLY __pgprot(_PAGE_PRESENT | _PAGE_USER)
#define PAGE_SHARED __pgprot(_PAGE_PRESENT | _PAGE_USER | _PAGE_WRITE)
#define PAGE_COPY PAGE_READONLY
#define PAGE_KERNEL __pgprot(_PAGE_PRESENT | _PAGE_WRITE | _PAGE_DIRTY | _PAGE_ACCESSED)
#define PAGE_KERNEL_RO __pgprot(_PAGE_PRESENT)
#define PAGE_KERNEL_EXEC PAGE_KERNEL
#define PAGE_KERNEL_NOCACHE PAGE_KERNEL
#define PAGE_READONLY_EXEC PAGE_READONLY
#define PAGE_SHARED_EXEC PAGE_SHARED
#define PAGE_COPY_EXEC PAGE_COPY

#define pgprot_noncached(prot) __pgprot(pgprot_val(prot) | _PAGE_NOCACHE)
#define pgprot_writecombine pgprot_noncached

extern pgd_t swapper_pg_dir[PTRS_PER_PGD];
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
extern unsigned long empty_zero_page[PAGE_SIZE / sizeof(unsigned long)];
#define ZERO_PAGE(vaddr) virt_to_page(empty_zero_page)
#endif

#define pte_none(pte) (!pte_val(pte))
#define pte_present(pte) (pte_val(pte) & _PAGE_PRESENT)
#define pte_clear(mm, addr, ptep) set_pte(ptep, __pte(0))
#define pmd_none(pmd) (!pmd_val(pmd))
#define pmd_bad(pmd) 0
#define pmd_present(pmd) (pmd_val(pmd) & _PAGE_PRESENT)
#define pmd_clear(pmdp) do { pmd_val(*(pmdp)) = 0; } while (0)
#define pmd_leaf(pmd) 0

static inline int pte_write(pte_t pte) { return !!(pte_val(pte) & _PAGE_WRITE); }
static inline int pte_dirty(pte_t pte) { return !!(pte_val(pte) & _PAGE_DIRTY); }
static inline int pte_young(pte_t pte) { return !!(pte_val(pte) & _PAGE_ACCESSED); }
static inline pte_t pte_wrprotect(pte_t pte) { return __pte(pte_val(pte) & ~_PAGE_WRITE); }
static inline pte_t pte_mkclean(pte_t pte) { return __pte(pte_val(pte) & ~_PAGE_DIRTY); }
static inline pte_t pte_mkold(pte_t pte) { return __pte(pte_val(pte) & ~_PAGE_ACCESSED); }
static inline pte_t pte_mkwrite_novma(pte_t pte) { return __pte(pte_val(pte) | _PAGE_WRITE); }
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define pte_mkwrite(pte) pte_mkwrite_novma(pte)
#endif
static inline pte_t pte_mkdirty(pte_t pte) { return __pte(pte_val(pte) | _PAGE_DIRTY); }
static inline pte_t pte_mkyoung(pte_t pte) { return __pte(pte_val(pte) | _PAGE_ACCESSED); }

static inline pte_t pte_modify(pte_t pte, pgprot_t prot)
{
	return __pte((pte_val(pte) & _PAGE_CHG_MASK) | pgprot_val(prot));
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(*ptep, pte);
}

#define PFN_PTE_SHIFT PAGE_SHIFT
#define pte_pfn(pte) (pte_val(pte) >> PAGE_SHIFT)
#define pte_page(pte) pfn_to_page(pte_pfn(pte))
#define pfn_pte(pfn, prot) __pte(((pfn) << PAGE_SHIFT) | pgprot_val(prot))
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), prot)
#endif
#define pmd_page_vaddr(pmd) ((unsigned long)__va(pmd_val(pmd) & PAGE_MASK))
#define pmd_pfn(pmd) (pmd_val(pmd) >> PAGE_SHIFT)
#define pmd_page(pmd) pfn_to_page(pmd_pfn(pmd))

#define __swp_type(entry) ((entry).val & 0x1f)
#define __swp_offset(entry) ((entry).val >> 12)
#define __swp_entry(type, offset) ((swp_entry_t) { ((type) & 0x1f) | ((offset) << 12) })
#define __pte_to_swp_entry(pte) ((swp_entry_t) { pte_val(pte) >> 1 })
#define __swp_entry_to_pte(entry) __pte((entry).val << 1)

#define __HAVE_ARCH_PTE_SWP_EXCLUSIVE
static inline int pte_swp_exclusive(pte_t pte) { return !!(pte_val(pte) & _PAGE_SWP_EXCLUSIVE); }
static inline pte_t pte_swp_mkexclusive(pte_t pte) { return __pte(pte_val(pte) | _PAGE_SWP_EXCLUSIVE); }
static inline pte_t pte_swp_clear_exclusive(pte_t pte) { return __pte(pte_val(pte) & ~_PAGE_SWP_EXCLUSIVE); }

#define update_mmu_cache(vma, address, ptep) do { } while (0)
#define update_mmu_cache_range(vmf, vma, address, ptep, count) do { } while (0)
#endif

#endif
