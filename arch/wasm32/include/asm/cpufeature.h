/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM32_CPUFEATURE_H
#define _ASM_WASM32_CPUFEATURE_H

/* For drivers of a PC that ask for instructions: the model machine has none of them. */
#define X86_FEATURE_PAT 16
#define X86_FEATURE_CLFLUSH 19
#define X86_FEATURE_XMM2 26
#define X86_FEATURE_XMM4_1 147
#define X86_FEATURE_HYPERVISOR 159

#define boot_cpu_has(feature) ((void)(feature), 0)
#define static_cpu_has(feature) boot_cpu_has(feature)
#define cpu_feature_enabled(feature) boot_cpu_has(feature)

#endif
