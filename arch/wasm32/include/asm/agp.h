/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_AGP_H
#define _ASM_WASM32_AGP_H

/* Caches are not modelled: a page is as good as any other for a graphics card. */
#define map_page_into_agp(page) do { } while (0)
#define unmap_page_from_agp(page) do { } while (0)
#define flush_agp_cache() mb()

#define alloc_gatt_pages(order) ((char *)__get_free_pages(GFP_KERNEL, (order)))
#define free_gatt_pages(table, order) free_pages((unsigned long)(table), (order))

#endif
