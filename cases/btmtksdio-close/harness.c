// SPDX-License-Identifier: GPL-2.0
/*
 * btmtksdio_txrx_work() against btmtksdio_close().
 *
 *   task    btmtksdio_close()
 *           drivers/bluetooth/btmtksdio.c
 *   work    btmtksdio_txrx_work()
 *           drivers/bluetooth/btmtksdio.c
 *
 * Made by `millrace new`; the claim of the host by hand, after mmc_claim_host().
 */

#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "millrace.h"

MILLRACE_EXPOSED(int, btmtksdio_close, struct hci_dev *hdev);
MILLRACE_EXPOSED(void, btmtksdio_txrx_work, struct work_struct *work);

struct fake {
	struct hci_dev hci_dev;
	struct btmtksdio_dev btmtksdio_dev;
	struct btmtksdio_data btmtksdio_data;
	struct sdio_func sdio_func;
	struct device device;
};

MILLRACE_FAKE(struct sk_buff *, __alloc_skb, unsigned int size, gfp_t priority, int flags, int node)
{
	/* __alloc_skb() is not part of this case: it gives an object of zeros. */
	static struct sk_buff object;

	return &object;
}

MILLRACE_FAKE(int, __pm_runtime_resume, struct device *dev, int rpmflags)
{
	/* __pm_runtime_resume() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(int, __pm_runtime_suspend, struct device *dev, int rpmflags)
{
	/* __pm_runtime_suspend() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(void, bt_err, const char *fmt, ...)
{
	/* bt_err() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, bt_warn, const char *fmt, ...)
{
	/* bt_warn() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(int, pskb_expand_head, struct sk_buff *skb, int nhead, int ntail, gfp_t gfp_mask)
{
	/* pskb_expand_head() is not part of this case: it gives 0. */
	return 0;
}

/* mmc_claim_host(): one task at a time has the host, and may claim it again. */
static struct mutex host;
static struct task_struct *claimer;
static int depth;

MILLRACE_FAKE(void, sdio_claim_host, struct sdio_func *func)
{
	if (READ_ONCE(claimer) != current) {
		mutex_lock(&host);
		WRITE_ONCE(claimer, current);
	}
	depth++;
}

MILLRACE_FAKE(int, sdio_disable_func, struct sdio_func *func)
{
	/* sdio_disable_func() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(u32, sdio_readl, struct sdio_func *func, unsigned int addr, int *err_ret)
{
	/* sdio_readl() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(int, sdio_readsb, struct sdio_func *func, void *dst, unsigned int addr, int count)
{
	/* sdio_readsb() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(void, sdio_release_host, struct sdio_func *func)
{
	if (--depth > 0)
		return;
	WRITE_ONCE(claimer, NULL);
	mutex_unlock(&host);
}

MILLRACE_FAKE(int, sdio_release_irq, struct sdio_func *func)
{
	/* sdio_release_irq() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(void, sdio_writel, struct sdio_func *func, u32 b, unsigned int addr, int *err_ret)
{
	if (err_ret)
		*err_ret = 0;
}

MILLRACE_FAKE(int, sdio_writesb, struct sdio_func *func, unsigned int addr, void *src, int count)
{
	/* sdio_writesb() is not part of this case: it gives 0. */
	return 0;
}

MILLRACE_FAKE(void, sk_skb_reason_drop, struct sock *sk, struct sk_buff *skb, enum skb_drop_reason reason)
{
	/* sk_skb_reason_drop() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(struct sk_buff *, skb_dequeue, struct sk_buff_head *list)
{
	/* skb_dequeue() is not part of this case: it gives an object of zeros. */
	static struct sk_buff object;

	return &object;
}

MILLRACE_FAKE(void *, skb_pull, struct sk_buff *skb, unsigned int len)
{
	/* skb_pull() is not part of this case: it gives NULL. */
	return NULL;
}

MILLRACE_FAKE(void *, skb_push, struct sk_buff *skb, unsigned int len)
{
	/* skb_push() is not part of this case: it gives NULL. */
	return NULL;
}

MILLRACE_FAKE(void *, skb_put, struct sk_buff *skb, unsigned int len)
{
	/* skb_put() is not part of this case: it gives NULL. */
	return NULL;
}

MILLRACE_FAKE(void, skb_queue_head, struct sk_buff_head *list, struct sk_buff *newsk)
{
	/* skb_queue_head() is not part of this case: it does nothing. */
}

MILLRACE_FAKE(void, skb_trim, struct sk_buff *skb, unsigned int len)
{
	/* skb_trim() is not part of this case: it does nothing. */
}

/* Before every round, on zeroed memory. */
static void set_up(void *state)
{
	struct fake *fake = state;

	mutex_init(&host);
	claimer = NULL;
	depth = 0;
	INIT_WORK(&fake->btmtksdio_dev.txrx_work, millrace_call(btmtksdio_txrx_work));
	skb_queue_head_init(&fake->btmtksdio_dev.txq);
	fake->hci_dev.dev.driver_data = &fake->btmtksdio_dev;
	fake->btmtksdio_dev.data = &fake->btmtksdio_data;
	fake->btmtksdio_dev.hdev = &fake->hci_dev;
	fake->btmtksdio_dev.func = &fake->sdio_func;
	fake->btmtksdio_dev.dev = &fake->device;
	set_bit(BTMTKSDIO_FUNC_ENABLED, (unsigned long *)&fake->btmtksdio_dev.tx_state); /* btmtksdio.c:755 */
}

static void btmtksdio_close_side(void *state)
{
	struct fake *fake = state;

	millrace_call(btmtksdio_close)(&fake->hci_dev);
}

static struct work_struct *btmtksdio_txrx_work_work(void *state)
{
	struct fake *fake = state;

	return &fake->btmtksdio_dev.txrx_work;
}

/* After every round. */
static void final_state(struct millrace_verdict *verdict, void *state)
{
	/* What goes wrong here, the engines see themselves. */
}

static const struct millrace_test close_vs_txrx = {
	.name = "close_vs_txrx",
	.state_size = sizeof(struct fake),
	.setup = set_up,
	.check = final_state,
	.sides = {
		{ .name = "btmtksdio_close", .context = MILLRACE_TASK, .run = btmtksdio_close_side },
		{ .name = "btmtksdio_txrx_work", .context = MILLRACE_WORK, .work = btmtksdio_txrx_work_work },
	},
};
MILLRACE_KUNIT(close_vs_txrx)

static struct kunit_case btmtksdio_close_cases[] = {
	MILLRACE_CASE(close_vs_txrx),
	{ }
};

static struct kunit_suite btmtksdio_close_suite = {
	.name = "btmtksdio_close",
	.test_cases = btmtksdio_close_cases,
};
kunit_test_suite(btmtksdio_close_suite);

MODULE_DESCRIPTION("btmtksdio: close while the work item waits for the host");
MODULE_LICENSE("GPL");
