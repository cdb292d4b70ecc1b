// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel has of Millrace's whose tests run in user space: the channel on
 * which the guest vouches for its console, and nothing else.
 */
#include <linux/moduleparam.h>

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "millrace."

#include "millrace_channel.h"
