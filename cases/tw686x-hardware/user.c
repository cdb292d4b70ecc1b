// SPDX-License-Identifier: GPL-2.0
/*
 * Two channels of one TW6869 stream; VIDIOC_STREAMOFF on the first meets the
 * timer that enables both, 100 ms after the second VIDIOC_STREAMON.
 */
#include "millrace_user.h"
#include <linux/videodev2.h>

#define BUFFERS 4

static int video[2];

static void open_channel(int *file, const char *path)
{
	struct v4l2_requestbuffers request = {
		.count = BUFFERS,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
	};

	*file = open(path, O_RDWR);
	if (*file < 0)
		millrace_give_up(path);
	if (ioctl(*file, VIDIOC_REQBUFS, &request) < 0 || request.count != BUFFERS)
		millrace_give_up("VIDIOC_REQBUFS");
}

static void open_both(void)
{
	open_channel(&video[0], "/dev/video0");
	open_channel(&video[1], "/dev/video1");
	millrace_set_kcsan("skip_watch", "2");
	millrace_say("    # kcsan.skip_watch=2, and kcsan.udelay_task=2000 during STREAMOFF");
}

static void start(int file)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		struct v4l2_buffer buffer = { .index = i, .type = type, .memory = V4L2_MEMORY_MMAP };

		if (ioctl(file, VIDIOC_QBUF, &buffer) < 0)
			millrace_give_up("VIDIOC_QBUF");
	}
	if (ioctl(file, VIDIOC_STREAMON, &type) < 0)
		millrace_give_up("VIDIOC_STREAMON");
}

static void stop(int file)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	ioctl(file, VIDIOC_STREAMOFF, &type);
}

/*
 * Both stream, and the timer that enables them is `early` away. KCSAN waits
 * `stall_us` at its watchpoints from here on, and next to nothing in set-up.
 */
static void start_both(millrace_ns early, const char *stall_us)
{
	millrace_ns armed, due;

	millrace_set_kcsan("udelay_task", "1");
	start(video[0]);
	start(video[1]);
	armed = millrace_now();
	due = millrace_timer_due(armed, 100);
	millrace_due(millrace_timer_due(armed - 1 * MILLRACE_MS, 100), due + 1 * MILLRACE_MS);
	millrace_set_kcsan("udelay_task", stall_us);
	millrace_wait_until(due - early);
}

static void start_both_and_wait(void)
{
	start_both(millrace_random(8000) * MILLRACE_US, "2000");
}

/* Held back for 25 ms at its second register, STREAMOFF is under way when the timer comes. */
static void start_both_for_slow_chip(void)
{
	start_both(10 * MILLRACE_MS, "1");
}

static void streamoff(void)
{
	stop(video[0]);
}

static void other_channel_delivers(struct millrace_verdict *verdict)
{
	struct pollfd poll_for = { .fd = video[1], .events = POLLIN };

	MILLRACE_EXPECT(verdict, poll(&poll_for, 1, 3000) == 1 && poll_for.revents & POLLIN,
			"after STREAMOFF on /dev/video0, /dev/video1 delivers a frame within three seconds");
}

static void stop_other(void)
{
	stop(video[1]);
}

static const struct millrace_test streamoff_vs_timer = {
	.name = "streamoff_vs_timer",
	.setup = start_both_and_wait,
	.check = other_channel_delivers,
	.teardown = stop_other,
	.sides = { { "streamoff", streamoff } },
	.tell_device = 2,
};

static const struct millrace_test streamoff_slow_chip = {
	.name = "streamoff_slow_chip",
	.setup = start_both_for_slow_chip,
	.check = other_channel_delivers,
	.teardown = stop_other,
	.sides = { { "streamoff", streamoff } },
	.tell_device = 1,
};

MILLRACE_MAIN(tw686x_hardware, open_both, &streamoff_vs_timer, &streamoff_slow_chip)
