/* SPDX-License-Identifier: Apache-2.0 */
/* Linked in front of a program with thread-local variables, so that this one is the first of them: wasm-ld 19 gives
 * code their addresses, and later ones the offsets from the first, though both add __tls_base. Where this one is with
 * a base of 0 tells which. */
static _Thread_local int first;

void *__millrace_first_thread_local(void) { return &first; }
