// SPDX-License-Identifier: GPL-2.0
// The kernel's own containers, from the tree's code.
// source lib/find_bit.c
// source lib/idr.c
// source lib/kfifo.c
// source lib/llist.c
// source lib/radix-tree.c
// source lib/xarray.c
// expect list_locked: none
// expect list_unlocked: data-race
// expect list_rcu: none
// expect list_rcu_plain: data-race use-after-free
// expect hlist_rcu: none
// expect llist: none
// expect llist_written_late: data-race
// A fifo reads and writes its counters plainly, whoever uses it.
// expect kfifo: data-race
// expect kfifo_locked: none
// expect idr_locked: none
// expect idr_unlocked: data-race memory-leak
// expect xarray: none
// expect xarray_bare: data-race memory-leak
// expect bits: none
// expect bits_plain: data-race
#include <linux/cpuhotplug.h>
#include <linux/idr.h>
#include <linux/kfifo.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
#include "program.h"

struct item {
	struct list_head list;
	struct hlist_node hlist;
	struct llist_node llist;
	struct rcu_head rcu;
	int value;
};

struct device {
	spinlock_t lock;
	struct list_head list;
	struct hlist_head hlist;
	struct llist_head llist;
	struct item *item;
	struct item others[2];
	struct kfifo fifo;
	unsigned char buffer[8];
	struct idr idr;
	struct xarray xarray;
	unsigned long bits;
	int sum;
};

/* Hotplug of CPUs, which radix_tree_init() asks to be told of, does not happen. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke, int (*up)(unsigned int),
			int (*down)(unsigned int), bool multi)
{
	return 0;
}

static void setup(void *state)
{
	struct device *d = state;

	radix_tree_init();

	spin_lock_init(&d->lock);
	INIT_LIST_HEAD(&d->list);
	INIT_HLIST_HEAD(&d->hlist);
	init_llist_head(&d->llist);
	d->item = kzalloc(sizeof(*d->item), GFP_KERNEL);
	list_add(&d->item->list, &d->list);
	hlist_add_head(&d->item->hlist, &d->hlist);
	kfifo_init(&d->fifo, d->buffer, sizeof(d->buffer));
	idr_init(&d->idr);
	xa_init(&d->xarray);
}

static void teardown(void *state)
{
	struct device *d = state;

	kfree(d->item);
	idr_destroy(&d->idr);
	xa_destroy(&d->xarray);
}

#define FUNCTION(name, body) static void name(void *state) { struct device *d = state; struct item *i; unsigned char c; body }
FUNCTION(adds, spin_lock(&d->lock); list_add_tail(&d->others[0].list, &d->list); spin_unlock(&d->lock);)
FUNCTION(adds_bare, list_add_tail(&d->others[0].list, &d->list);)
FUNCTION(sums, spin_lock(&d->lock); list_for_each_entry(i, &d->list, list) d->sum += i->value; spin_unlock(&d->lock);)
FUNCTION(sums_rcu, rcu_read_lock(); list_for_each_entry_rcu(i, &d->list, list) d->sum += i->value; rcu_read_unlock();)
FUNCTION(removes_rcu, i = d->item; d->item = NULL; spin_lock(&d->lock); list_del_rcu(&i->list); spin_unlock(&d->lock); kfree_rcu(i, rcu);)
FUNCTION(removes_at_once, i = d->item; d->item = NULL; list_del_rcu(&i->list); kfree(i);)
FUNCTION(hsums_rcu, rcu_read_lock(); hlist_for_each_entry_rcu(i, &d->hlist, hlist) d->sum += i->value; rcu_read_unlock();)
FUNCTION(hremoves_rcu, i = d->item; d->item = NULL; hlist_del_rcu(&i->hlist); kfree_rcu(i, rcu);)
FUNCTION(lpushes, d->others[0].value = 1; llist_add(&d->others[0].llist, &d->llist);)
FUNCTION(ltakes, struct llist_node *all = llist_del_all(&d->llist); llist_for_each_entry(i, all, llist) d->sum += i->value;)
FUNCTION(lpushes_early, llist_add(&d->others[0].llist, &d->llist); d->others[0].value = 1;)
FUNCTION(puts, c = 1; kfifo_in(&d->fifo, &c, 1);)
FUNCTION(takes, if (kfifo_out(&d->fifo, &c, 1)) d->sum += c;)
FUNCTION(puts_locked, c = 1; kfifo_in_spinlocked(&d->fifo, &c, 1, &d->lock);)
FUNCTION(takes_locked, if (kfifo_out_spinlocked(&d->fifo, &c, 1, &d->lock)) d->sum += c;)
FUNCTION(idr_adds, int id; spin_lock(&d->lock); id = idr_alloc(&d->idr, d, 0, 0, GFP_ATOMIC); spin_unlock(&d->lock); if (id < 0) d->sum = id;)
FUNCTION(idr_adds_bare, int id = idr_alloc(&d->idr, d, 0, 0, GFP_ATOMIC); if (id < 0) WRITE_ONCE(d->sum, id);)
FUNCTION(stores, xa_store(&d->xarray, 1, d, GFP_ATOMIC);)
FUNCTION(loads, if (xa_load(&d->xarray, 1) == d) d->sum++;)
FUNCTION(stores_bare, XA_STATE(xas, &d->xarray, 1); xas_store(&xas, d->others);)
FUNCTION(sets_bit, set_bit(3, &d->bits);)
FUNCTION(sets_bit_plain, __set_bit(4, &d->bits);)

#define TWO(id, one, two) PROGRAM(id, struct device, setup, teardown, SIDE(one, TASK), SIDE(two, TASK))
TWO(list_locked, adds, sums);
TWO(list_unlocked, adds_bare, sums);
TWO(list_rcu, sums_rcu, removes_rcu);
TWO(list_rcu_plain, sums_rcu, removes_at_once);
TWO(hlist_rcu, hsums_rcu, hremoves_rcu);
TWO(llist, lpushes, ltakes);
TWO(llist_written_late, lpushes_early, ltakes);
TWO(kfifo, puts, takes);
TWO(kfifo_locked, puts_locked, takes_locked);
TWO(idr_locked, idr_adds, idr_adds);
TWO(idr_unlocked, idr_adds_bare, idr_adds);
TWO(xarray, stores, loads);
TWO(xarray_bare, stores, stores_bare);
TWO(bits, sets_bit, sets_bit);
TWO(bits_plain, sets_bit, sets_bit_plain);
