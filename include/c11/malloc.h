/* SPDX-License-Identifier: Apache-2.0 */
/* malloc.h: an older name. */
#include <stdlib.h>
