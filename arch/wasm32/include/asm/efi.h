/* SPDX-License-Identifier: GPL-2.0 */
/* Firmware calls as plain calls. */
#ifndef _ASM_WASM32_EFI_H
#define _ASM_WASM32_EFI_H

#include <linux/types.h>

#define arch_efi_call_virt_setup() do { } while (0)
#define arch_efi_call_virt_teardown() do { } while (0)
#undef arch_efi_call_virt
#define arch_efi_call_virt(table, function, arguments...) ((table)->function(arguments))
#define ARCH_EFI_IRQ_FLAGS_MASK 1
#define EFI_ALLOC_ALIGN PAGE_SIZE

#endif
