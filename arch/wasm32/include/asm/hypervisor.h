/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_HYPERVISOR_H
#define _ASM_WASM32_HYPERVISOR_H

/* For drivers of a PC: there is no hypervisor below the model machine. */
enum x86_hypervisor_type {
	X86_HYPER_NATIVE,
	X86_HYPER_VMWARE,
	X86_HYPER_MS_HYPERV,
	X86_HYPER_XEN_PV,
	X86_HYPER_XEN_HVM,
	X86_HYPER_KVM,
};

#define hypervisor_is_type(type) ((type) == X86_HYPER_NATIVE)

#endif
