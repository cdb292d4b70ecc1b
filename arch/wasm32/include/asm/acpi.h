/* SPDX-License-Identifier: GPL-2.0 */
/* ACPI as its core and drivers compile against it; there are no tables to read. */
#ifndef _ASM_WASM32_ACPI_H
#define _ASM_WASM32_ACPI_H

#include <linux/types.h>

#define ACPI_MACHINE_WIDTH 32

extern int acpi_disabled;
extern int acpi_noirq;
extern int acpi_pci_disabled;

static inline void disable_acpi(void)
{
	acpi_disabled = 1;
	acpi_pci_disabled = 1;
	acpi_noirq = 1;
}

static inline void enable_acpi(void)
{
	acpi_disabled = 0;
	acpi_pci_disabled = 0;
	acpi_noirq = 0;
}

static inline void acpi_noirq_set(void)
{
	acpi_noirq = 1;
}

static inline void acpi_disable_pci(void)
{
	acpi_pci_disabled = 1;
	acpi_noirq_set();
}

static inline bool acpi_has_cpu_in_madt(void)
{
	return true;
}

static inline void arch_acpi_set_proc_cap_bits(u32 *cap)
{
}

static inline unsigned int acpi_processor_cstate_check(unsigned int max_cstate)
{
	return max_cstate;
}

static inline u64 arch_acpi_get_root_pointer(void)
{
	return 0;
}

#define acpi_strict 1
#define acpi_os_ioremap ioremap
int acpi_suspend_lowlevel(void);

#endif
