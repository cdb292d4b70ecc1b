// SPDX-License-Identifier: GPL-2.0
/*
 * TW686x: STREAMOFF against the DMA delay timer, and against STREAMOFF on
 * another channel of the same device.
 *
 * No board: a fake tw686x_dev whose registers are plain memory, minimal fake
 * channels and their vb2_queues. Everything that races is the driver's own:
 *
 *   writer  stop_streaming_side() -> tw686x_stop_streaming()
 *                                 -> tw686x_disable_channel()
 *   reader  the dma_delay_timer of the fake device -> tw686x_dma_delay()
 *
 * One writer a queue: VIDIOC_STREAMOFF holds the queue's lock.
 */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "tw686x.h"

#include "millrace.h"

MILLRACE_EXPOSED(void, tw686x_stop_streaming, struct vb2_queue *vq);
MILLRACE_EXPOSED(void, tw686x_dma_delay, struct timer_list *t);

#define FAKE_CHANNELS	2
/* The register file has 1 KiB of 32-bit registers. */
#define FAKE_REGISTERS	256

struct fake {
	struct tw686x_dev dev;
	struct tw686x_video_channel channels[FAKE_CHANNELS];
	struct pci_dev pci_dev;
	u32 registers[FAKE_REGISTERS];
};

static void fake_setup(struct fake *fake)
{
	struct tw686x_dev *dev = &fake->dev;
	unsigned int ch;

	spin_lock_init(&dev->lock);
	dev->type = FAKE_CHANNELS;
	/* Only looked at: a device that is still there. */
	dev->pci_dev = &fake->pci_dev;
	dev->mmio = (__u32 __iomem __force *)fake->registers;
	dev->video_channels = fake->channels;
	timer_setup(&dev->dma_delay_timer, millrace_call(tw686x_dma_delay), 0);

	for (ch = 0; ch < FAKE_CHANNELS; ch++) {
		struct tw686x_video_channel *vc = &fake->channels[ch];

		vc->dev = dev;
		vc->ch = ch;
		spin_lock_init(&vc->qlock);
		INIT_LIST_HEAD(&vc->vidq_queued);
		vc->vidq.drv_priv = vc;
	}
}

/* STREAMON has just been asked for on both channels: the timer will enable them. */
static void streamon_pending(void *state)
{
	struct fake *fake = state;
	unsigned int ch;

	fake_setup(fake);
	for (ch = 0; ch < FAKE_CHANNELS; ch++)
		tw686x_enable_channel(&fake->dev, ch);
}

/* Both channels have been streaming for a while. */
static void streaming(void *state)
{
	struct fake *fake = state;

	fake_setup(fake);
	reg_write(&fake->dev, DMA_CHANNEL_ENABLE, BIT(0) | BIT(1));
	reg_write(&fake->dev, DMA_CMD, DMA_CMD_ENABLE | BIT(0) | BIT(1));
}

static void stop_streaming_side(void *state)
{
	struct fake *fake = state;

	millrace_call(tw686x_stop_streaming)(&fake->channels[0].vidq);
}

static void stop_streaming_other_side(void *state)
{
	struct fake *fake = state;

	millrace_call(tw686x_stop_streaming)(&fake->channels[1].vidq);
}

static struct timer_list *dma_delay_timer(void *state)
{
	return &((struct fake *)state)->dev.dma_delay_timer;
}

static void one_stopped_one_streaming(struct millrace_verdict *verdict, void *state)
{
	struct fake *fake = state;
	u32 enabled = reg_read(&fake->dev, DMA_CHANNEL_ENABLE);

	MILLRACE_EXPECT(verdict, !(enabled & BIT(0)),
			"after STREAMOFF and the timer, the channel's bit in DMA_CHANNEL_ENABLE is clear");
	MILLRACE_EXPECT(verdict, enabled & BIT(1),
			"after the timer, the other channel, which was never stopped, is enabled");
}

static void both_stopped(struct millrace_verdict *verdict, void *state)
{
	struct fake *fake = state;

	MILLRACE_EXPECT(verdict, !(reg_read(&fake->dev, DMA_CHANNEL_ENABLE) & (BIT(0) | BIT(1))),
			"after STREAMOFF on both channels, both bits in DMA_CHANNEL_ENABLE are clear");
}

static const struct millrace_test streamoff_vs_delay = {
	.name = "streamoff_vs_delay",
	.state_size = sizeof(struct fake),
	.setup = streamon_pending,
	.check = one_stopped_one_streaming,
	.sides = {
		{ .name = "stop_streaming", .context = MILLRACE_TASK, .run = stop_streaming_side },
		{ .name = "dma_delay", .context = MILLRACE_TIMER, .timer = dma_delay_timer },
	},
};
MILLRACE_KUNIT(streamoff_vs_delay)

static const struct millrace_test streamoff_two_channels = {
	.name = "streamoff_two_channels",
	.state_size = sizeof(struct fake),
	.setup = streaming,
	.check = both_stopped,
	.sides = {
		{ .name = "stop_streaming_0", .context = MILLRACE_TASK, .run = stop_streaming_side },
		{ .name = "stop_streaming_1", .context = MILLRACE_TASK, .run = stop_streaming_other_side },
	},
};
MILLRACE_KUNIT(streamoff_two_channels)

static struct kunit_case tw686x_cases[] = {
	MILLRACE_CASE(streamoff_vs_delay),
	MILLRACE_CASE(streamoff_two_channels),
	{ }
};

static struct kunit_suite tw686x_suite = {
	.name = "tw686x",
	.test_cases = tw686x_cases,
};
kunit_test_suite(tw686x_suite);

MODULE_DESCRIPTION("TW686x: STREAMOFF against the DMA delay timer");
MODULE_LICENSE("GPL");
