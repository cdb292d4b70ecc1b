/* SPDX-License-Identifier: GPL-2.0 */
/* Some of the tree's headers for user space want the C library's; nolibc has what they need of it. */
