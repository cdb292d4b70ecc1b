// Tasks and interrupts for those of KCSAN's rules that tell them apart. Which of them KCSAN reports depends on its settings
// and on how many CPUs there are: see interrupts.test.ts. No kernel tree is needed: names and layouts are the kernel's.
struct verdict;
struct timer_list;
enum context { TASK = 1, TIMER, SOFTIRQ, HARDIRQ };
struct side {
	const char *name;
	enum context context;
	void (*run)(void *);
	struct timer_list *(*timer)(void *);
};
struct test {
	const char *name;
	unsigned state_size;
	void (*setup)(void *);
	void (*check)(struct verdict *, void *);
	void (*teardown)(void *);
	struct side sides[5];
	unsigned cpus;
};

void millrace_irq_disable(void);
void millrace_irq_enable(void);
void *millrace_current(void);
void kcsan_disable_current(void);
void kcsan_enable_current(void);
void kcsan_nestable_atomic_begin(void);
void kcsan_nestable_atomic_end(void);

#define ROUNDS 60
#define unseen __attribute__((disable_sanitizer_instrumentation))
#define EACH_ROUND for (int i = 0; i < ROUNDS; i++)

static int var;
static int other;
static struct task {
	long before[16];
	unsigned flags;
} *first_task;

__attribute__((export_name("millrace_task_flags"))) int millrace_task_flags(void)
{
	return __builtin_offsetof(struct task, flags);
}

static unseen int next_value(void) { static int value; return ++value; }
static unseen void sink(int value) { static volatile int drain; drain = value; }

static void write_var(void *state) { EACH_ROUND var = next_value(); }
static void read_var(void *state) { EACH_ROUND sink(var); }
static void increment_var(void *state) { EACH_ROUND var++; }

static void write_var_irqs_off(void *state)
{
	EACH_ROUND {
		millrace_irq_disable();
		var = next_value();
		millrace_irq_enable();
	}
}

static void off_elsewhere(void *state)
{
	kcsan_disable_current();
	EACH_ROUND other = next_value();
	kcsan_enable_current();
}

static void read_off(void *state)
{
	kcsan_disable_current();
	read_var(state);
	kcsan_enable_current();
}

static void atomic_elsewhere(void *state)
{
	kcsan_nestable_atomic_begin();
	EACH_ROUND sink(other);
	kcsan_nestable_atomic_end();
}

static void increment_atomic(void *state)
{
	kcsan_nestable_atomic_begin();
	increment_var(state);
	kcsan_nestable_atomic_end();
}

static unseen struct task *current(void) { return millrace_current(); }

static void own_flags(void *state)
{
	unsigned *flags = &current()->flags;

	__atomic_store_n(&first_task, current(), __ATOMIC_RELEASE);
	EACH_ROUND *flags ^= 3;
}

static void flags_of_first(void *state)
{
	struct task *task;

	while (!(task = __atomic_load_n(&first_task, __ATOMIC_ACQUIRE)))
		;
	EACH_ROUND sink(task->flags);
}

static void nothing(void *state)
{
}

static void look(struct verdict *verdict, void *state)
{
}

#define TEST(id, ...)									\
	static const struct test id = { #id, 4, nothing, look, nothing, { __VA_ARGS__ } };	\
	__attribute__((export_name("millrace_test_" #id))) const struct test *millrace_test_##id(void) \
	{										\
		return &id;								\
	}
#define RUN(function, context) { #function, context, function, 0 }

TEST(write_softirq, RUN(write_var, TASK), RUN(read_var, SOFTIRQ))
TEST(write_hardirq, RUN(write_var, TASK), RUN(read_var, HARDIRQ))
TEST(write_irqs_off, RUN(write_var_irqs_off, TASK), RUN(read_var, HARDIRQ))
TEST(task_off, RUN(off_elsewhere, TASK), RUN(write_var, TASK), RUN(read_var, HARDIRQ))
TEST(interrupt_off, RUN(write_var, TASK), RUN(read_off, HARDIRQ))
TEST(task_atomic, RUN(atomic_elsewhere, TASK), RUN(increment_var, HARDIRQ), RUN(increment_atomic, TASK))
TEST(interrupt_atomic, RUN(increment_atomic, HARDIRQ), RUN(increment_atomic, TASK))
TEST(own_flags_read, RUN(own_flags, TASK), RUN(flags_of_first, TASK))
