// Algorithms that published papers and GenMC's and Nidhugg's tests use, each with orders that the test chooses: by number,
// the order of each of its accesses. Plain data is what they protect.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define RLX memory_order_relaxed
#define ACQ memory_order_acquire
#define REL memory_order_release
#define AR memory_order_acq_rel
#define SC memory_order_seq_cst

static memory_order o[8];
static atomic_int x, y, turn;
static int shared, seen[4];

static void run(void *(*const threads[])(void *), int count)
{
	pthread_t t[4];

	for (int i = 0; i < count; i++)
		pthread_create(&t[i], NULL, threads[i], (void *)(size_t)i);
	for (int i = 0; i < count; i++)
		pthread_join(t[i], NULL);
}

/* Store buffering. 0: stores, 1: loads, 2: fences between. */
static void *sb_one(void *p)
{
	atomic_store_explicit(&x, 1, o[0]);
	atomic_thread_fence(o[2]);
	seen[0] = atomic_load_explicit(&y, o[1]);
	return NULL;
}
static void *sb_two(void *p)
{
	atomic_store_explicit(&y, 1, o[0]);
	atomic_thread_fence(o[2]);
	seen[1] = atomic_load_explicit(&x, o[1]);
	return NULL;
}
static void sb(void)
{
	run((void *(*const[])(void *)){ sb_one, sb_two }, 2);
	assert(seen[0] || seen[1]);
}

/* Message passing. 0: the store of the flag, 1: its load; the message is relaxed. */
static void *mp_one(void *p)
{
	atomic_store_explicit(&x, 1, RLX);
	atomic_store_explicit(&y, 1, o[0]);
	return NULL;
}
static void *mp_two(void *p)
{
	if (atomic_load_explicit(&y, o[1]))
		assert(atomic_load_explicit(&x, RLX));
	return NULL;
}
static void mp(void)
{
	run((void *(*const[])(void *)){ mp_one, mp_two }, 2);
}

/* Independent reads of independent writes. 0: stores, 1: loads. */
static void *iriw_x(void *p)
{
	atomic_store_explicit(&x, 1, o[0]);
	return NULL;
}
static void *iriw_y(void *p)
{
	atomic_store_explicit(&y, 1, o[0]);
	return NULL;
}
static void *iriw_xy(void *p)
{
	int a = atomic_load_explicit(&x, o[1]);
	seen[0] = a && !atomic_load_explicit(&y, o[1]);
	return NULL;
}
static void *iriw_yx(void *p)
{
	int a = atomic_load_explicit(&y, o[1]);
	seen[1] = a && !atomic_load_explicit(&x, o[1]);
	return NULL;
}
static void iriw(void)
{
	run((void *(*const[])(void *)){ iriw_x, iriw_y, iriw_xy, iriw_yx }, 4);
	assert(!(seen[0] && seen[1]));
}

/* Peterson. 0: flag up, 1: turn given, 2: the other's flag, 3: turn read, 4: flag down. */
static atomic_int flag[2];
static void *peterson_side(void *p)
{
	int me = (int)(size_t)p;

	atomic_store_explicit(&flag[me], 1, o[0]);
	atomic_store_explicit(&turn, 1 - me, o[1]);
	while (atomic_load_explicit(&flag[1 - me], o[2]) && atomic_load_explicit(&turn, o[3]) == 1 - me)
		;
	shared++;
	atomic_store_explicit(&flag[me], 0, o[4]);
	return NULL;
}
static void peterson(void)
{
	run((void *(*const[])(void *)){ peterson_side, peterson_side }, 2);
	assert(shared == 2);
}

/* Dekker. 0: flag up, 1: the other's flag, 2: turn read, 3: turn given, 4: flag down. */
static void *dekker_side(void *p)
{
	int me = (int)(size_t)p;

	atomic_store_explicit(&flag[me], 1, o[0]);
	while (atomic_load_explicit(&flag[1 - me], o[1])) {
		if (atomic_load_explicit(&turn, o[2]) == me)
			continue;
		atomic_store_explicit(&flag[me], 0, o[4]);
		while (atomic_load_explicit(&turn, o[2]) != me)
			;
		atomic_store_explicit(&flag[me], 1, o[0]);
	}
	shared++;
	atomic_store_explicit(&turn, 1 - me, o[3]);
	atomic_store_explicit(&flag[me], 0, o[4]);
	return NULL;
}
static void dekker(void)
{
	run((void *(*const[])(void *)){ dekker_side, dekker_side }, 2);
	assert(shared == 2);
}

/*
 * Sequence lock (Boehm: "Can seqlocks get along with programming language memory models?", MSPC 2012). 0: first store
 * of the number, 1: fence behind it, 2: last store, 3: first load, 4: fence, 5: second load.
 */
static void *seqlock_writer(void *p)
{
	atomic_store_explicit(&turn, 1, o[0]);
	atomic_thread_fence(o[1]);
	atomic_store_explicit(&x, 1, RLX);
	atomic_store_explicit(&y, 1, RLX);
	atomic_store_explicit(&turn, 2, o[2]);
	return NULL;
}
static void *seqlock_reader(void *p)
{
	int before = atomic_load_explicit(&turn, o[3]);
	int a = atomic_load_explicit(&x, RLX);
	int b = atomic_load_explicit(&y, RLX);

	atomic_thread_fence(o[4]);
	if (before % 2 == 0 && atomic_load_explicit(&turn, o[5]) == before)
		assert(a == b);
	return NULL;
}
static void seqlock(void)
{
	run((void *(*const[])(void *)){ seqlock_writer, seqlock_reader }, 2);
}

/*
 * Chase-Lev deque (Lê, Pop, Cohen, Zappa Nardelli: "Correct and efficient work-stealing for weak memory models", PPoPP
 * 2013): the owner pushes two items and takes one back, a thief steals twice. 0: fence of push(), 1: fence of take(),
 * 2: fence of steal(), 3: exchanges of top, 4: load of bottom by the thief, 5: load of top by the thief.
 */
static atomic_int top, bottom, item[2];
static void push_one(int what)
{
	int b = atomic_load_explicit(&bottom, RLX);

	atomic_store_explicit(&item[b], what, RLX);
	atomic_thread_fence(o[0]);
	atomic_store_explicit(&bottom, b + 1, RLX);
}
static void *deque_owner(void *p)
{
	int b, t;

	push_one(1);
	push_one(2);
	b = atomic_load_explicit(&bottom, RLX) - 1;
	atomic_store_explicit(&bottom, b, RLX);
	atomic_thread_fence(o[1]);
	t = atomic_load_explicit(&top, RLX);
	if (t < b || (t == b && atomic_compare_exchange_strong_explicit(&top, &t, t + 1, o[3], RLX)))
		seen[0] = 1 << b;
	return NULL;
}
static void steal_one(void)
{
	int t = atomic_load_explicit(&top, o[5]);
	int b;

	atomic_thread_fence(o[2]);
	b = atomic_load_explicit(&bottom, o[4]);
	if (t < b) {
		int what = atomic_load_explicit(&item[t], RLX);

		if (atomic_compare_exchange_strong_explicit(&top, &t, t + 1, o[3], RLX)) {
			assert(what == t + 1);
			seen[1] |= 1 << t;
		}
	}
}
static void *deque_thief(void *p)
{
	steal_one();
	steal_one();
	return NULL;
}
static void deque(void)
{
	run((void *(*const[])(void *)){ deque_owner, deque_thief }, 2);
	assert((seen[0] & seen[1]) == 0);
}

/* The kernel's reader-writer lock as GenMC's tests have it. 0: taken to write, 1: given back, 2: to read, 3: given back. */
#define BIAS 0x00100000
static atomic_int lock = BIAS;
static void *rwlock_writer(void *p)
{
	if (atomic_fetch_sub_explicit(&lock, BIAS, o[0]) == BIAS)
		shared++;
	atomic_fetch_add_explicit(&lock, BIAS, o[1]);
	return NULL;
}
static void *rwlock_reader(void *p)
{
	if (atomic_fetch_sub_explicit(&lock, 1, o[2]) > 0)
		seen[0] = shared;
	atomic_fetch_add_explicit(&lock, 1, o[3]);
	return NULL;
}
static void rwlock(void)
{
	run((void *(*const[])(void *)){ rwlock_writer, rwlock_reader, rwlock_writer }, 3);
}

/* 2+2W and a load that reads through a release sequence. */
static void *w_one(void *p)
{
	atomic_store_explicit(&x, 1, o[0]);
	atomic_store_explicit(&y, 2, o[0]);
	return NULL;
}
static void *w_two(void *p)
{
	atomic_store_explicit(&y, 1, o[0]);
	atomic_store_explicit(&x, 2, o[0]);
	return NULL;
}
static void two_two_w(void)
{
	run((void *(*const[])(void *)){ w_one, w_two }, 2);
	assert(!(x == 1 && y == 1));
}

/* A release, then what goes on with it: a read-modify-write does, in C++20 a store of the same thread does not. */
static void *sequence_writer(void *p)
{
	shared = 1;
	atomic_store_explicit(&x, 1, REL);
	if (o[0] == SC)
		atomic_fetch_add_explicit(&x, 1, RLX);
	else
		atomic_store_explicit(&x, 2, RLX);
	return NULL;
}
static void *sequence_reader(void *p)
{
	if (atomic_load_explicit(&x, ACQ) == 2)
		seen[0] = shared;
	return NULL;
}
static void sequence(void)
{
	run((void *(*const[])(void *)){ sequence_writer, sequence_reader }, 2);
}

static void set(memory_order a, memory_order b, memory_order c, memory_order d, memory_order e, memory_order f)
{
	o[0] = a, o[1] = b, o[2] = c, o[3] = d, o[4] = e, o[5] = f;
}

#define CASE(name, which, a, b, c, d, e, f)  \
	int name##_##which(void)             \
	{                                    \
		set(a, b, c, d, e, f);       \
		name();                      \
		return 0;                    \
	}

CASE(sb, sc, SC, SC, RLX, 0, 0, 0)
CASE(sb, release, REL, ACQ, RLX, 0, 0, 0)
CASE(sb, relaxed_loads, SC, RLX, RLX, 0, 0, 0)
CASE(sb, relaxed_stores, RLX, SC, RLX, 0, 0, 0)
CASE(sb, fences, RLX, RLX, SC, 0, 0, 0)
CASE(sb, weak_fences, RLX, RLX, AR, 0, 0, 0)
CASE(mp, release, REL, ACQ, 0, 0, 0, 0)
CASE(mp, relaxed_store, RLX, ACQ, 0, 0, 0, 0)
CASE(mp, relaxed_load, REL, RLX, 0, 0, 0, 0)
CASE(mp, consume, REL, memory_order_consume, 0, 0, 0, 0)
CASE(iriw, sc, SC, SC, 0, 0, 0, 0)
CASE(iriw, acquire, REL, ACQ, 0, 0, 0, 0)
CASE(iriw, acquire_of_sc, SC, ACQ, 0, 0, 0, 0)
CASE(peterson, sc, SC, SC, SC, SC, SC, 0)
CASE(peterson, unlock, SC, SC, SC, SC, REL, 0)
CASE(peterson, flag, REL, SC, SC, SC, REL, 0)
CASE(peterson, turn, SC, REL, SC, SC, REL, 0)
CASE(peterson, flag_load, SC, SC, ACQ, SC, REL, 0)
CASE(peterson, turn_load, SC, SC, SC, ACQ, REL, 0)
CASE(peterson, unlock_relaxed, SC, SC, SC, SC, RLX, 0)
CASE(dekker, sc, SC, SC, SC, SC, SC, 0)
CASE(dekker, flag, REL, SC, SC, SC, SC, 0)
CASE(dekker, flag_load, SC, ACQ, SC, SC, SC, 0)
CASE(dekker, turn, SC, SC, ACQ, REL, REL, 0)
CASE(seqlock, right, RLX, REL, REL, ACQ, ACQ, RLX)
CASE(seqlock, first_fence, RLX, RLX, REL, ACQ, ACQ, RLX)
CASE(seqlock, last_store, RLX, REL, RLX, ACQ, ACQ, RLX)
CASE(seqlock, first_load, RLX, REL, REL, RLX, ACQ, RLX)
CASE(seqlock, second_fence, RLX, REL, REL, ACQ, RLX, RLX)
CASE(deque, right, REL, SC, SC, SC, ACQ, ACQ)
CASE(deque, push, RLX, SC, SC, SC, ACQ, ACQ)
CASE(deque, take, REL, AR, SC, SC, ACQ, ACQ)
CASE(deque, steal, REL, SC, AR, SC, ACQ, ACQ)
CASE(deque, bottom, REL, SC, SC, SC, RLX, ACQ)
CASE(rwlock, right, ACQ, REL, ACQ, REL, 0, 0)
CASE(rwlock, write_lock, RLX, REL, ACQ, REL, 0, 0)
CASE(rwlock, write_unlock, ACQ, RLX, ACQ, REL, 0, 0)
CASE(rwlock, read_lock, ACQ, REL, RLX, REL, 0, 0)
CASE(rwlock, read_unlock, ACQ, REL, ACQ, RLX, 0, 0)
CASE(two_two_w, relaxed, RLX, 0, 0, 0, 0, 0)
CASE(two_two_w, release, REL, 0, 0, 0, 0, 0)
CASE(two_two_w, sc, SC, 0, 0, 0, 0, 0)
CASE(sequence, update, SC, 0, 0, 0, 0, 0)
CASE(sequence, store, RLX, 0, 0, 0, 0, 0)

int main(void)
{
	return 0;
}
