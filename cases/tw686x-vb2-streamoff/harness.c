// SPDX-License-Identifier: GPL-2.0
/*
 * TW686x: VIDIOC_STREAMOFF against the DMA delay timer, with the real videobuf2
 * between the ioctl and the driver.
 *
 * No board: a fake tw686x_dev whose registers are plain memory and whose frames
 * have no memory. All else is the driver's and videobuf2's own:
 *
 *   set-up  vb2_reqbufs(), vb2_qbuf(), vb2_streamon()
 *                                  -> tw686x_start_streaming()
 *   writer  vidioc_streamoff() -> vb2_streamoff() -> tw686x_stop_streaming()
 *                                  -> tw686x_disable_channel()
 *   reader  the dma_delay_timer of the fake device -> tw686x_dma_delay()
 */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/version.h>
#include <media/videobuf2-v4l2.h>

#include "tw686x.h"

#include "millrace.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync del_timer_sync
#endif

MILLRACE_EXPOSED(void, tw686x_dma_delay, struct timer_list *t);
MILLRACE_EXPOSED(int, tw686x_queue_setup, struct vb2_queue *vq, unsigned int *nbuffers,
		 unsigned int *nplanes, unsigned int sizes[], struct device *alloc_devs[]);
MILLRACE_EXPOSED(int, tw686x_buf_prepare, struct vb2_buffer *vb);
MILLRACE_EXPOSED(void, tw686x_buf_queue, struct vb2_buffer *vb);
MILLRACE_EXPOSED(int, tw686x_start_streaming, struct vb2_queue *vq, unsigned int count);
MILLRACE_EXPOSED(void, tw686x_stop_streaming, struct vb2_queue *vq);
MILLRACE_EXPOSED(void, tw686x_memcpy_buf_refill, struct tw686x_video_channel *vc, unsigned int pb);

#define FAKE_CHANNELS	2
/* The register file has 1 KiB of 32-bit registers. */
#define FAKE_REGISTERS	256
/* Two for the DMA engine and one for user space, as tw686x_queue_setup() asks for. */
#define FAKE_BUFFERS	3

struct fake {
	struct tw686x_dev dev;
	struct tw686x_video_channel channels[FAKE_CHANNELS];
	struct pci_dev pci_dev;
	struct vb2_ops queue_ops;
	struct tw686x_dma_ops dma_ops;
	struct tw686x_format format;
	u32 registers[FAKE_REGISTERS];
	/* The first error of the set-up, or 0. */
	int error;
};

/* Nobody looks into a frame. */
static char frame[64];

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
static void *frame_alloc(struct device *dev, unsigned long attrs, unsigned long size,
			 enum dma_data_direction dma_dir, gfp_t gfp_flags)
#else
static void *frame_alloc(struct vb2_buffer *vb, struct device *dev, unsigned long size)
#endif
{
	return frame;
}

static void frame_put(void *buf_priv)
{
}

static int frame_mmap(void *buf_priv, struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct vb2_mem_ops frame_mem_ops = {
	.alloc	= frame_alloc,
	.put	= frame_put,
	.mmap	= frame_mmap,
};

/* As tw686x_video_qops, which the harness cannot name, and memcpy_dma_ops. */
static void fake_operations(struct fake *fake)
{
	fake->queue_ops.queue_setup = millrace_call(tw686x_queue_setup);
	fake->queue_ops.buf_prepare = millrace_call(tw686x_buf_prepare);
	fake->queue_ops.buf_queue = millrace_call(tw686x_buf_queue);
	fake->queue_ops.start_streaming = millrace_call(tw686x_start_streaming);
	fake->queue_ops.stop_streaming = millrace_call(tw686x_stop_streaming);
	fake->dma_ops.buf_refill = millrace_call(tw686x_memcpy_buf_refill);
	fake->dma_ops.mem_ops = &frame_mem_ops;
	fake->format.depth = 16;
}

static void fake_channel(struct fake *fake, unsigned int ch)
{
	struct tw686x_video_channel *vc = &fake->channels[ch];
	unsigned int pb;

	vc->dev = &fake->dev;
	vc->ch = ch;
	vc->format = &fake->format;
	vc->width = 16;
	vc->height = 2;
	for (pb = 0; pb < 2; pb++)
		vc->dma_descs[pb].virt = frame;
	mutex_init(&vc->vb_mutex);
	spin_lock_init(&vc->qlock);
	INIT_LIST_HEAD(&vc->vidq_queued);

	vc->vidq.io_modes = VB2_MMAP;
	vc->vidq.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	vc->vidq.drv_priv = vc;
	vc->vidq.buf_struct_size = sizeof(struct tw686x_v4l2_buf);
	vc->vidq.ops = &fake->queue_ops;
	vc->vidq.mem_ops = &frame_mem_ops;
	vc->vidq.timestamp_flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
	vc->vidq.lock = &vc->vb_mutex;
	vc->vidq.dev = &fake->pci_dev.dev;
}

/* What user space does until frames come: REQBUFS, QBUF for each buffer, STREAMON. */
static int fake_streamon(struct tw686x_video_channel *vc)
{
	struct v4l2_requestbuffers request = {
		.count = FAKE_BUFFERS,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
	};
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
	};
	int error;

	error = vb2_queue_init(&vc->vidq);
	if (error)
		return error;
	mutex_lock(vc->vidq.lock);
	error = vb2_reqbufs(&vc->vidq, &request);
	for (buffer.index = 0; !error && buffer.index < FAKE_BUFFERS; buffer.index++)
		error = vb2_qbuf(&vc->vidq, NULL, &buffer);
	if (!error)
		error = vb2_streamon(&vc->vidq, vc->vidq.type);
	mutex_unlock(vc->vidq.lock);
	return error;
}

/* STREAMON has just been asked for on both queues: the timer will enable the channels. */
static void streamon_pending(void *state)
{
	struct fake *fake = state;
	struct tw686x_dev *dev = &fake->dev;
	unsigned int ch;

	spin_lock_init(&dev->lock);
	dev->type = FAKE_CHANNELS;
	dev->dma_mode = TW686X_DMA_MODE_MEMCPY;
	/* Only looked at: a device that is still there. */
	dev->pci_dev = &fake->pci_dev;
	dev->mmio = (__u32 __iomem __force *)fake->registers;
	dev->dma_ops = &fake->dma_ops;
	dev->video_channels = fake->channels;
	timer_setup(&dev->dma_delay_timer, millrace_call(tw686x_dma_delay), 0);
	fake_operations(fake);
	for (ch = 0; ch < FAKE_CHANNELS && !fake->error; ch++) {
		fake_channel(fake, ch);
		fake->error = fake_streamon(&fake->channels[ch]);
	}
}

/* Both channels have been streaming for a while: the timer has run. */
static void streaming(void *state)
{
	struct fake *fake = state;

	streamon_pending(state);
	timer_delete_sync(&fake->dev.dma_delay_timer);
	millrace_call(tw686x_dma_delay)(&fake->dev.dma_delay_timer);
}

static void release(void *state)
{
	struct fake *fake = state;
	unsigned int ch;

	timer_delete_sync(&fake->dev.dma_delay_timer);
	for (ch = 0; ch < FAKE_CHANNELS; ch++) {
		if (fake->channels[ch].vidq.ops)
			vb2_queue_release(&fake->channels[ch].vidq);
	}
}

/* VIDIOC_STREAMOFF: __video_do_ioctl() takes the queue's lock around the handler. */
static void vidioc_streamoff(struct tw686x_video_channel *vc)
{
	if (mutex_lock_interruptible(vc->vidq.lock))
		return;
	vb2_streamoff(&vc->vidq, V4L2_BUF_TYPE_VIDEO_CAPTURE);
	mutex_unlock(vc->vidq.lock);
}

static void streamoff_side(void *state)
{
	vidioc_streamoff(&((struct fake *)state)->channels[0]);
}

static void streamoff_other_side(void *state)
{
	vidioc_streamoff(&((struct fake *)state)->channels[1]);
}

static struct timer_list *dma_delay_timer(void *state)
{
	return &((struct fake *)state)->dev.dma_delay_timer;
}

static u32 enabled_channels(struct millrace_verdict *verdict, struct fake *fake)
{
	MILLRACE_EXPECT(verdict, !fake->error, "REQBUFS, QBUF and STREAMON succeed");
	return reg_read(&fake->dev, DMA_CHANNEL_ENABLE);
}

static void one_stopped_one_streaming(struct millrace_verdict *verdict, void *state)
{
	u32 enabled = enabled_channels(verdict, state);

	MILLRACE_EXPECT(verdict, !(enabled & BIT(0)),
			"after STREAMOFF and the timer, the channel's bit in DMA_CHANNEL_ENABLE is clear");
	MILLRACE_EXPECT(verdict, enabled & BIT(1),
			"after the timer, the other channel, which was never stopped, is enabled");
}

static void both_stopped(struct millrace_verdict *verdict, void *state)
{
	MILLRACE_EXPECT(verdict, !(enabled_channels(verdict, state) & (BIT(0) | BIT(1))),
			"after STREAMOFF on both queues, both bits in DMA_CHANNEL_ENABLE are clear");
}

static void queue_stopped(struct millrace_verdict *verdict, void *state)
{
	struct fake *fake = state;
	u32 enabled = enabled_channels(verdict, fake);

	MILLRACE_EXPECT(verdict, enabled == BIT(1),
			"after STREAMOFF, the queue's channel alone is disabled");
	MILLRACE_EXPECT(verdict, !vb2_is_streaming(&fake->channels[0].vidq),
			"after STREAMOFF, the queue does not stream");
}

static const struct millrace_test streamoff_vs_delay = {
	.name = "streamoff_vs_delay",
	.state_size = sizeof(struct fake),
	.setup = streamon_pending,
	.check = one_stopped_one_streaming,
	.teardown = release,
	.sides = {
		{ .name = "streamoff", .context = MILLRACE_TASK, .run = streamoff_side },
		{ .name = "dma_delay", .context = MILLRACE_TIMER, .timer = dma_delay_timer },
	},
};
MILLRACE_KUNIT(streamoff_vs_delay)

static const struct millrace_test streamoff_two_queues = {
	.name = "streamoff_two_queues",
	.state_size = sizeof(struct fake),
	.setup = streaming,
	.check = both_stopped,
	.teardown = release,
	.sides = {
		{ .name = "streamoff_0", .context = MILLRACE_TASK, .run = streamoff_side },
		{ .name = "streamoff_1", .context = MILLRACE_TASK, .run = streamoff_other_side },
	},
};
MILLRACE_KUNIT(streamoff_two_queues)

static const struct millrace_test streamoff_one_queue = {
	.name = "streamoff_one_queue",
	.state_size = sizeof(struct fake),
	.setup = streaming,
	.check = queue_stopped,
	.teardown = release,
	.sides = {
		{ .name = "streamoff_a", .context = MILLRACE_TASK, .run = streamoff_side },
		{ .name = "streamoff_b", .context = MILLRACE_TASK, .run = streamoff_side },
	},
};
MILLRACE_KUNIT(streamoff_one_queue)

static struct kunit_case tw686x_vb2_cases[] = {
	MILLRACE_CASE(streamoff_vs_delay),
	MILLRACE_CASE(streamoff_two_queues),
	MILLRACE_CASE(streamoff_one_queue),
	{ }
};

static struct kunit_suite tw686x_vb2_suite = {
	.name = "tw686x_vb2",
	.test_cases = tw686x_vb2_cases,
};
kunit_test_suite(tw686x_vb2_suite);

MODULE_DESCRIPTION("TW686x: STREAMOFF from vb2_streamoff() down, against the DMA delay timer");
MODULE_LICENSE("GPL");
