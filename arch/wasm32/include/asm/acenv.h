/* SPDX-License-Identifier: GPL-2.0 */
/* ACPI's core asks for this header; the generic definitions are right. */
#ifndef _ASM_WASM32_ACENV_H
#define _ASM_WASM32_ACENV_H


#endif
