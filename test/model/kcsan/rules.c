// Two threads for each of KCSAN's rules: what they do to each other, over and over. Which of them KCSAN reports, and how,
// depends on its settings: see rules.test.ts.
#include <pthread.h>
#include <stdatomic.h>

typedef unsigned long size_t_;
void __kcsan_check_access(const volatile void *address, size_t_ size, int type);
void kcsan_disable_current(void);
void kcsan_enable_current_nowarn(void);
void kcsan_nestable_atomic_begin(void);
void kcsan_nestable_atomic_end(void);
void kcsan_flat_atomic_begin(void);
void kcsan_flat_atomic_end(void);
void kcsan_atomic_next(int n);
void kcsan_set_access_mask(unsigned long mask);
struct kcsan_scoped_access {
	long words[6];
};
struct kcsan_scoped_access *kcsan_begin_scoped_access(const volatile void *address, size_t_ size, int type,
						       struct kcsan_scoped_access *access);
void kcsan_end_scoped_access(struct kcsan_scoped_access *access);

enum { WRITE = 1, COMPOUND = 2, ATOMIC = 4, ASSERT = 8, SCOPED = 16 };

#define uninstrumented __attribute__((disable_sanitizer_instrumentation))
#define ROUNDS 60

static int var;
static int flag;
static pthread_mutex_t mutex;
static struct {
	int before[4];
	int field;
	int after[4];
} object;
static struct __attribute__((packed)) {
	char pad;
	int field;
} skewed;

static uninstrumented void sink(int value)
{
	static volatile int drain;
	drain = value;
}

static void read_var(void) { sink(var); }
static uninstrumented int next_value(void) { static int value; return ++value; }
static void write_var(void) { var = next_value(); }
static void write_same(void) { var = 0; }
static void note_rcu_write(void) { var = 0; }
static void increment_var(void) { var++; }
static void write_skewed(void) { skewed.field = next_value(); }
static void read_marked(void) { sink(*(volatile int *)&var); }
static void write_marked(void) { *(volatile int *)&var = next_value(); }
static void atomic_add(void) { __atomic_fetch_add(&var, 1, __ATOMIC_RELAXED); }
static uninstrumented void write_unseen(void) { var++; }
static void toggle_bit(void)
{
	kcsan_nestable_atomic_begin();
	var ^= 0x10000;
	kcsan_nestable_atomic_end();
}
static void toggle_bool(void)
{
	kcsan_nestable_atomic_begin();
	var ^= 1;
	kcsan_nestable_atomic_end();
}
static void write_high(void) { *(volatile int *)&var = next_value() << 16; }
static void assert_writer(void) { __kcsan_check_access(&var, sizeof(var), ASSERT); }
static void assert_access(void) { __kcsan_check_access(&var, sizeof(var), ASSERT | WRITE); }
static void assert_bits(unsigned long mask)
{
	kcsan_set_access_mask(mask);
	__kcsan_check_access(&var, sizeof(var), ASSERT);
	kcsan_set_access_mask(0);
	kcsan_atomic_next(1);
}
static void assert_high_bits(void) { assert_bits(0x00ff0000); }
static void assert_low_bits(void) { assert_bits(0x0000ffff); }
static void inside_scope(void)
{
	int i;

	for (i = 0; i < 3; i++)
		read_marked();
}
static void assert_writer_scoped(void)
{
	struct kcsan_scoped_access access;

	kcsan_begin_scoped_access(&var, sizeof(var), ASSERT | SCOPED, &access);
	inside_scope();
	kcsan_end_scoped_access(&access);
}
static void assert_access_scoped(void)
{
	struct kcsan_scoped_access access;

	kcsan_begin_scoped_access(&var, sizeof(var), ASSERT | WRITE | SCOPED, &access);
	sink(*(volatile int *)&object.field);
	kcsan_end_scoped_access(&access);
}
/* What __data_racy is to KCSAN (include/linux/compiler_types.h, v6.12.117). */
static volatile int racy;
static void increment_racy(void) { racy++; }
static void write_excused(void)
{
	kcsan_disable_current();
	var = next_value();
	kcsan_enable_current_nowarn();
}
static void read_excused(void)
{
	kcsan_disable_current();
	sink(var);
	kcsan_enable_current_nowarn();
}
static void increment_nested(void)
{
	kcsan_nestable_atomic_begin();
	kcsan_nestable_atomic_begin();
	kcsan_nestable_atomic_end();
	var++;
	kcsan_nestable_atomic_end();
}
static void increment_flat(void)
{
	kcsan_flat_atomic_begin();
	var++;
	kcsan_flat_atomic_end();
}
static void increment_next(void)
{
	kcsan_atomic_next(1);
	var++;
}
static void increment_flat_late(void)
{
	kcsan_flat_atomic_begin();
	kcsan_flat_atomic_end();
	var++;
}
static void increment_next_late(void)
{
	kcsan_atomic_next(1);
	read_var();
	var++;
}
static void increment_locked(void)
{
	pthread_mutex_lock(&mutex);
	var++;
	pthread_mutex_unlock(&mutex);
}
static void write_object(void)
{
	__kcsan_check_access(&object, sizeof(object), WRITE);
	kcsan_disable_current();
	object.field++;
	kcsan_enable_current_nowarn();
}
static void write_field(void) { object.field = 42; }
static void read_nothing(void) { __kcsan_check_access(&object.field, 0, 0); }
static void copy_object(void)
{
	typeof(object) copy;

	__builtin_memcpy(&copy, &object, sizeof(object));
	sink(copy.field);
}
static void release_late(int order, int unlock)
{
	int expected = 0;
	int i;

	while (!__atomic_compare_exchange_n(&flag, &expected, 1, 0, order, __ATOMIC_RELAXED))
		expected = 0;
	for (i = 0; i < 10; i++)
		var++;
	__atomic_store_n(&flag, 0, unlock);
	for (i = 0; i < 10; i++)
		sink(*(volatile int *)&object.after[0]);
}
static void section_released(void) { release_late(__ATOMIC_ACQUIRE, __ATOMIC_RELEASE); }
static void section_relaxed(void) { release_late(__ATOMIC_RELAXED, __ATOMIC_RELAXED); }

#define PAIR(name, first, second)						\
	static void *name##_first(void *unused)					\
	{									\
		int i;								\
		for (i = 0; i < ROUNDS; i++)					\
			first();						\
		return 0;							\
	}									\
	static void *name##_second(void *unused)				\
	{									\
		int i;								\
		for (i = 0; i < ROUNDS; i++)					\
			second();						\
		return 0;							\
	}									\
	int pair_##name(void)							\
	{									\
		pthread_t a, b;							\
		pthread_create(&a, 0, name##_first, 0);				\
		pthread_create(&b, 0, name##_second, 0);			\
		pthread_join(a, 0);						\
		pthread_join(b, 0);						\
		return 0;							\
	}

/* A scope that is over before anybody writes. */
static void *scope_first(void *unused)
{
	assert_writer_scoped();
	__atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
	inside_scope();
	return 0;
}
static void *write_second(void *unused)
{
	int i;

	while (!__atomic_load_n(&flag, __ATOMIC_ACQUIRE))
		;
	for (i = 0; i < ROUNDS; i++)
		write_marked();
	return 0;
}
int pair_scope_over(void)
{
	pthread_t a, b;

	pthread_create(&a, 0, scope_first, 0);
	pthread_create(&b, 0, write_second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}

/* More threads than an access has slots to look for, each with a word of its own in one page. */
static int own[6] __attribute__((aligned(64)));
static void *write_own(void *word)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		*(int *)word = i;
	return 0;
}
int pair_crowd(void)
{
	pthread_t threads[6];
	int i;

	for (i = 0; i < 6; i++)
		pthread_create(&threads[i], 0, write_own, &own[i]);
	for (i = 0; i < 6; i++)
		pthread_join(threads[i], 0);
	return 0;
}

PAIR(write_read, write_var, read_var)
PAIR(locked, increment_locked, increment_locked)
PAIR(same_value, write_same, read_var)
PAIR(same_value_rcu, note_rcu_write, read_var)
PAIR(write_write, write_var, write_var)
PAIR(write_write_skewed, write_skewed, write_skewed)
PAIR(increments, increment_var, increment_var)
PAIR(marked, write_marked, read_marked)
PAIR(marked_write, write_marked, read_var)
PAIR(builtin, atomic_add, read_var)
PAIR(unseen, write_unseen, read_var)
PAIR(one_bit, toggle_bit, read_var)
PAIR(boolean, toggle_bool, read_var)
PAIR(writer_asserted, assert_writer, write_marked)
PAIR(writer_asserted_read, assert_writer, read_marked)
PAIR(access_asserted, assert_access, read_marked)
PAIR(bits_change, assert_high_bits, write_high)
PAIR(bits_stay, assert_low_bits, write_high)
PAIR(scoped, assert_writer_scoped, write_marked)
PAIR(access_scoped, assert_access_scoped, read_marked)
PAIR(scoped_read, assert_writer_scoped, read_marked)
PAIR(racy, increment_racy, increment_racy)
PAIR(excused, write_excused, read_var)
PAIR(both_excused, write_excused, read_excused)
PAIR(nested, increment_nested, increment_nested)
PAIR(nested_one, increment_nested, increment_var)
PAIR(flat, increment_flat, increment_flat)
PAIR(flat_late, increment_flat_late, increment_flat_late)
PAIR(next, increment_next, increment_next)
PAIR(next_late, increment_next_late, increment_next_late)
PAIR(part, write_object, write_field)
PAIR(nothing, write_object, read_nothing)
PAIR(copied, copy_object, write_field)
PAIR(released, section_released, section_released)
PAIR(relaxed, section_relaxed, section_relaxed)
