// SPDX-License-Identifier: GPL-2.0
/* A TW6869 that captures: frames go to the P and B buffers of a channel in turn, with an interrupt for each. */
#include "device.h"

#define FRAME (33 * MILLISECOND)

static u32 running, next_is_b, slow;

void on_write(u32 reg, u32 value)
{
	u32 enabled = device_read(DMA_CHANNEL_ENABLE) & device_read(DMA_CMD) & 0xff, channel;

	if (reg != DMA_CMD)
		return;
	for (channel = 0; channel < 8; channel++)
		if (enabled & ~running & BIT(channel)) {
			next_is_b &= ~BIT(channel);
			device_after(FRAME, channel);
		}
	running = enabled;
}

void on_timer(u32 channel)
{
	u32 frame = 0x80108010, address;

	if (!(running & BIT(channel)))
		return;
	address = device_read((next_is_b & BIT(channel) ? VDMA_B_ADDR : VDMA_P_ADDR) + channel);
	device_dma_write(address, &frame, sizeof(frame));
	device_write(PB_STATUS, next_is_b);
	device_write(INT_STATUS, device_read(INT_STATUS) | BIT(channel));
	next_is_b ^= BIT(channel);
	device_irq(1);
	device_after(FRAME, channel);
}

void on_read(u32 reg)
{
	if (reg == INT_STATUS)
		device_irq(0);
	if (reg == DMA_CMD && slow)
		device_hold(25 * MILLISECOND);
}

/* The user program asks for a chip that is slow to answer reads of DMA_CMD. */
void on_user(u32 value)
{
	slow = value == 1;
}
