// SPDX-License-Identifier: GPL-2.0
// expect cache_used: none
// expect cache_constructed: none
// expect cache_freed_under: data-race use-after-free
// expect cache_wrong: invalid-free
// expect cache_destroyed_early: memory-leak
// expect vmalloc_used: none
// expect vmalloc_freed_twice: double-free
// expect vmalloc_in_atomic: sleep-in-atomic
// expect overrun: invalid-access
// expect coherent_locked: none
// expect coherent_unlocked: data-race
// expect pool_used: none
// expect pool_destroyed_early: memory-leak
// expect mapping_given_back: none
// expect mapping_twice: invalid-free
// expect mapping_not_there: invalid-access
// expect rcu_barrier_waits: none
// expect rcu_barrier_missing: data-race
// expect refcount_used: none
// expect refcount_from_zero: use-after-free
// expect refcount_below_zero: use-after-free
// expect refcount_forgotten: data-race use-after-free
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include "program.h"

struct object {
	struct rcu_head rcu;
	struct device *owner;
	int value;
};

struct test_state {
	struct kmem_cache *cache, *other;
	struct object *object;
	struct dma_pool *pool;
	int *coherent;
	dma_addr_t bus;
	refcount_t refs;
	spinlock_t lock;
	int value;
};

static void construct(void *object)
{
	((struct object *)object)->value = 7;
}

static void setup(void *state)
{
	struct test_state *d = state;

	spin_lock_init(&d->lock);
	refcount_set(&d->refs, 1);
	d->cache = kmem_cache_create("one", sizeof(struct object), 0, 0, construct);
	d->other = kmem_cache_create("other", 8, 0, 0, NULL);
	d->object = kmem_cache_alloc(d->cache, GFP_KERNEL);
	d->coherent = dma_alloc_coherent(NULL, 64, &d->bus, GFP_KERNEL);
}

static void teardown(void *state)
{
	struct test_state *d = state;

	if (d->object)
		kmem_cache_free(d->cache, d->object);
	kmem_cache_destroy(d->cache);
	kmem_cache_destroy(d->other);
	dma_free_coherent(NULL, 64, d->coherent, d->bus);
}

static void teardown_freed(void *state)
{
	struct test_state *d = state;

	dma_free_coherent(NULL, 64, d->coherent, d->bus);
}

static int called;

static void counts(struct rcu_head *head)
{
	called++;
}

#define FUNCTION(name, body) static void name(void *state) { struct test_state *d = state; void *p; dma_addr_t bus; body }
FUNCTION(uses, p = kmem_cache_zalloc(d->other, GFP_KERNEL); kmem_cache_free(d->other, p);)
FUNCTION(constructed, if (d->object->value != 7) kfree(&d->value);)
FUNCTION(reads_object, WRITE_ONCE(d->value, READ_ONCE(d->object)->value);)
FUNCTION(frees_object, p = d->object; kmem_cache_free(d->cache, p);)
FUNCTION(frees_wrong, kmem_cache_free(d->other, d->object);)
FUNCTION(destroys, kmem_cache_destroy(d->cache);)
FUNCTION(vmallocs, p = vmalloc(100); OPTIMIZER_HIDE_VAR(p); memset(p, 0, 100); vfree(p);)
FUNCTION(vfrees_twice, p = vmalloc(100); OPTIMIZER_HIDE_VAR(p); vfree(p); vfree(p);)
FUNCTION(vmallocs_atomic, spin_lock(&d->lock); p = vmalloc(100); spin_unlock(&d->lock); vfree(p);)
FUNCTION(overruns, int n = 16; OPTIMIZER_HIDE_VAR(n); d->coherent[n] = 1;)
FUNCTION(coherent, spin_lock(&d->lock); d->coherent[0]++; spin_unlock(&d->lock);)
FUNCTION(coherent_bare, d->coherent[0]++;)
FUNCTION(pools, d->pool = dma_pool_create("p", NULL, 32, 4, 0); p = dma_pool_zalloc(d->pool, GFP_KERNEL, &bus); dma_pool_free(d->pool, p, bus); dma_pool_destroy(d->pool);)
FUNCTION(pools_early, d->pool = dma_pool_create("p", NULL, 32, 4, 0); p = dma_pool_zalloc(d->pool, GFP_KERNEL, &bus); dma_pool_destroy(d->pool);)
FUNCTION(maps, bus = dma_map_page(NULL, virt_to_page(d->coherent), 8, 16, DMA_TO_DEVICE); dma_unmap_page(NULL, bus, 16, DMA_TO_DEVICE);)
FUNCTION(maps_once, bus = dma_map_page(NULL, virt_to_page(d->coherent), 8, 16, DMA_TO_DEVICE); dma_unmap_page(NULL, bus, 16, DMA_TO_DEVICE); dma_unmap_page(NULL, bus, 16, DMA_TO_DEVICE);)
FUNCTION(describes, get_page(virt_to_page(d->coherent));)
FUNCTION(barrier_waits, call_rcu(&d->object->rcu, counts); rcu_barrier(); called = 0;)
FUNCTION(barrier_missing, call_rcu(&d->object->rcu, counts); called = 0;)
FUNCTION(gets, if (refcount_inc_not_zero(&d->refs)) { d->object->value++; if (refcount_dec_and_test(&d->refs)) d->value = 1; })
FUNCTION(puts_and_frees, if (refcount_dec_and_test(&d->refs)) { kmem_cache_free(d->cache, d->object); })
FUNCTION(gets_from_zero, refcount_set(&d->refs, 0); refcount_inc(&d->refs);)
FUNCTION(puts_below_zero, refcount_dec_and_test(&d->refs); refcount_dec_and_test(&d->refs);)
FUNCTION(uses_counted, if (refcount_inc_not_zero(&d->refs)) refcount_dec(&d->refs);)

#define ONE(id, function) PROGRAM(id, struct test_state, setup, teardown, SIDE(function, TASK))
#define TWO(id, one, two) PROGRAM(id, struct test_state, setup, teardown, SIDE(one, TASK), SIDE(two, TASK))
TWO(cache_used, uses, uses);
ONE(cache_constructed, constructed);
PROGRAM(cache_freed_under, struct test_state, setup, teardown_freed, SIDE(reads_object, TASK), SIDE(frees_object, TASK));
ONE(cache_wrong, frees_wrong);
ONE(cache_destroyed_early, destroys);
ONE(vmalloc_used, vmallocs);
ONE(vmalloc_freed_twice, vfrees_twice);
ONE(vmalloc_in_atomic, vmallocs_atomic);
ONE(overrun, overruns);
TWO(coherent_locked, coherent, coherent);
TWO(coherent_unlocked, coherent, coherent_bare);
ONE(pool_used, pools);
ONE(pool_destroyed_early, pools_early);
ONE(mapping_given_back, maps);
ONE(mapping_twice, maps_once);
ONE(mapping_not_there, describes);
ONE(rcu_barrier_waits, barrier_waits);
ONE(rcu_barrier_missing, barrier_missing);
TWO(refcount_used, uses_counted, uses_counted);
ONE(refcount_from_zero, gets_from_zero);
ONE(refcount_below_zero, puts_below_zero);
PROGRAM(refcount_forgotten, struct test_state, setup, teardown_freed, SIDE(reads_object, TASK), SIDE(puts_and_frees, TASK));
