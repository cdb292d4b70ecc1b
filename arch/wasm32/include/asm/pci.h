/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_PCI_H
#define _ASM_WASM32_PCI_H

#include <asm-generic/pci.h>

/* Up to 5.19 each architecture says these. */
#ifndef PCIBIOS_MIN_IO
#define PCIBIOS_MIN_IO 0x1000
#define PCIBIOS_MIN_MEM 0
#define pcibios_assign_all_busses() 1
#define ARCH_GENERIC_PCI_MMAP_RESOURCE 1
#ifdef CONFIG_PCI_DOMAINS
static inline int pci_proc_domain(struct pci_bus *bus)
{
	return 1;
}
#endif
#endif

#endif
