// SPDX-License-Identifier: GPL-2.0
/*
 * The same device in the model engine: registers as device.yaml has them, and
 * the chip as one more side, which delivers a frame with its interrupt whenever
 * the scheduler lets it. The tests are those of user.c; a chip that is slow to
 * answer is among the chips of every interleaving.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "tw686x.h"
#include "tw686x-regs.h"

#include "millrace.h"
#include "device_registers.h"

MILLRACE_EXPOSED(void, tw686x_stop_streaming, struct vb2_queue *vq);
MILLRACE_EXPOSED(void, tw686x_dma_delay, struct timer_list *t);
MILLRACE_EXPOSED(irqreturn_t, tw686x_irq, int irq, void *dev_id);

#define CHANNELS 2

struct board {
	struct tw686x_dev dev;
	struct tw686x_video_channel channels[CHANNELS];
	struct pci_dev pci_dev;
	u32 registers[1024];
};

/* No buffer is queued: a frame has nowhere to go, and the next one neither. */
static void nothing_to_refill(struct tw686x_video_channel *vc, unsigned int pb)
{
}

static const struct tw686x_dma_ops no_buffers = { .buf_refill = nothing_to_refill };

/* STREAMON has been asked for on both channels: the timer will enable them. */
static void both_started(void *state)
{
	struct board *board = state;
	struct tw686x_dev *dev = &board->dev;
	unsigned int ch;

	millrace_registers(board->registers, device_bar0, ARRAY_SIZE(device_bar0));
	spin_lock_init(&dev->lock);
	dev->type = CHANNELS;
	dev->pci_dev = &board->pci_dev;
	dev->mmio = (__u32 __iomem __force *)board->registers;
	dev->video_channels = board->channels;
	dev->dma_ops = &no_buffers;
	timer_setup(&dev->dma_delay_timer, millrace_call(tw686x_dma_delay), 0);
	for (ch = 0; ch < CHANNELS; ch++) {
		struct tw686x_video_channel *vc = &board->channels[ch];

		vc->dev = dev;
		vc->ch = ch;
		spin_lock_init(&vc->qlock);
		INIT_LIST_HEAD(&vc->vidq_queued);
		vc->vidq.drv_priv = vc;
		tw686x_enable_channel(dev, ch);
	}
}

static void streamoff(void *state)
{
	millrace_call(tw686x_stop_streaming)(&((struct board *)state)->channels[0].vidq);
}

/* A frame of the second channel, if it is enabled by now. */
static void chip(void *state)
{
	struct board *board = state;

	if (!(READ_ONCE(board->registers[DMA_CHANNEL_ENABLE]) & BIT(1)))
		return;
	millrace_chip_set(&board->registers[INT_STATUS], BIT(1));
	millrace_call(tw686x_irq)(0, &board->dev);
}

static struct timer_list *dma_delay_timer(void *state)
{
	return &((struct board *)state)->dev.dma_delay_timer;
}

static void other_channel_delivers(struct millrace_verdict *verdict, void *state)
{
	struct board *board = state;
	u32 enabled = READ_ONCE(board->registers[DMA_CHANNEL_ENABLE]);

	MILLRACE_EXPECT(verdict, enabled & BIT(1),
			"after STREAMOFF on one channel, the chip still delivers frames of the other");
	MILLRACE_EXPECT(verdict, !(enabled & BIT(0)),
			"after STREAMOFF on a channel, the chip delivers no frames of it");
}

#define TEST(id)									\
	static const struct millrace_test id = {					\
		.name = #id,								\
		.state_size = sizeof(struct board),					\
		.setup = both_started,							\
		.check = other_channel_delivers,					\
		.sides = {								\
			{ .name = "streamoff", .context = MILLRACE_TASK, .run = streamoff },	\
			{ .name = "dma_delay", .context = MILLRACE_TIMER, .timer = dma_delay_timer },	\
			{ .name = "chip", .context = MILLRACE_HARDIRQ, .run = chip },	\
		},									\
	};										\
	MILLRACE_KUNIT(id)

TEST(streamoff_vs_timer)
TEST(streamoff_slow_chip)

static struct kunit_case tw686x_cases[] = {
	MILLRACE_CASE(streamoff_vs_timer),
	MILLRACE_CASE(streamoff_slow_chip),
	{ }
};

static struct kunit_suite tw686x_suite = {
	.name = "tw686x_hardware",
	.test_cases = tw686x_cases,
};
kunit_test_suite(tw686x_suite);

MODULE_DESCRIPTION("TW686x: STREAMOFF against the DMA delay timer, with the chip as a side");
MODULE_LICENSE("GPL");
