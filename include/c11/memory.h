/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h: an older name. */
#include <string.h>
