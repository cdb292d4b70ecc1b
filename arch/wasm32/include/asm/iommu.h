/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_IOMMU_H
#define _ASM_WASM32_IOMMU_H

struct acpi_dmar_reserved_memory;

/* What firmware says of memory is taken to be right. */
static inline int arch_rmrr_sanity_check(struct acpi_dmar_reserved_memory *region)
{
	return 0;
}

#endif
