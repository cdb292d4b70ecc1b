/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The headers under include/uapi of a tree still have the annotations that
 * `make headers` takes out (scripts/headers_install.sh): nothing, in user space.
 */
#define __user
#define __force
#define __iomem
#define __kernel
#define __attribute_const__ __attribute__((__const__))
