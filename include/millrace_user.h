/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The program that runs in the guest: the sides of a race as a user has them,
 * and a check of what a user sees. It is the guest's init, built against the
 * tree's own nolibc (tools/include/nolibc); what it says goes to /dev/kmsg, as
 * KUnit's results do.
 *
 * A test names a set-up, one to four sides and a check. In each round set-up
 * and check run in the first process, and so does the first side; every other
 * side is a process of its own that is forked after set-up, on a CPU of its own.
 * A side of which the kernel decides when it runs, such as a timer that set-up
 * has armed, is no process: set-up tells with millrace_due() when it may be.
 */
#ifndef MILLRACE_USER_H
#define MILLRACE_USER_H

#include <linux/sched.h>

#define MILLRACE_MAX_SIDES 4

struct millrace_verdict {
	unsigned int violations;
	const char *first;
};

struct millrace_side {
	const char *name;
	void (*run)(void);
};

struct millrace_test {
	const char *name;
	/* Before every round. */
	void (*setup)(void);
	/* After every round, with MILLRACE_EXPECT(). */
	void (*check)(struct millrace_verdict *verdict);
	/* After the check; may be NULL. */
	void (*teardown)(void);
	/* What millrace_tell_device() is called with before the test; nothing when 0. */
	unsigned int tell_device;
	struct millrace_side sides[MILLRACE_MAX_SIDES + 1];
};

typedef unsigned long long millrace_ns;

#define MILLRACE_MS 1000000ull
#define MILLRACE_US 1000ull

/* Shared between the processes of a round. */
struct millrace_round {
	volatile unsigned int waiting;
	volatile unsigned int go;
	struct {
		volatile millrace_ns begin, end;
	} sides[MILLRACE_MAX_SIDES + 1];
};

static struct millrace_round *millrace_round;
static int millrace_log = -1;
static unsigned int millrace_seed = 1;

static inline millrace_ns millrace_now(void)
{
	long long now[2] = { 0, 0 };

	/* CLOCK_MONOTONIC */
	my_syscall2(__NR_clock_gettime, 1, now);
	return (millrace_ns)now[0] * 1000000000ull + now[1];
}

static inline void millrace_wait_until(millrace_ns when)
{
	for (;;) {
		millrace_ns now = millrace_now();
		long long wait[2];

		if (now >= when)
			return;
		/* The last ticks are spent awake: a sleep ends at one. */
		if (when - now < 3 * MILLRACE_MS)
			continue;
		wait[0] = 0;
		wait[1] = when - now - 2 * MILLRACE_MS;
		if (wait[1] >= 1000000000ll) {
			wait[0] = wait[1] / 1000000000ll;
			wait[1] %= 1000000000ll;
		}
		my_syscall2(__NR_nanosleep, wait, 0);
	}
}

/* When jiffies were 0, as jiffies go back from here; found once. */
static long long millrace_ticks_since;

/*
 * times() counts jiffies by the ten, from INITIAL_JIFFIES (kernel/sys.c and
 * include/linux/jiffies.h, v6.12; HZ is 1000). Where it goes up, a tick has been.
 */
static void millrace_find_ticks(void)
{
	int samples;

	for (samples = 0; samples < 5; samples++) {
		long before = my_syscall1(__NR_times, 0), ticks;
		long long since;

		do
			ticks = my_syscall1(__NR_times, 0);
		while (ticks == before);
		since = (long long)millrace_now() - ticks * 10ll * (long long)MILLRACE_MS;
		if (!millrace_ticks_since || since < millrace_ticks_since)
			millrace_ticks_since = since;
	}
}

/*
 * When the kernel runs a timer that mod_timer() set at `armed` to `ms` from then:
 * the timer wheel is coarser the longer that is (calc_wheel_index(),
 * kernel/time/timer.c, v6.12).
 */
static inline millrace_ns millrace_timer_due(millrace_ns armed, unsigned int ms)
{
	unsigned long long jiffies = ((long long)armed - millrace_ticks_since) / (long long)MILLRACE_MS;
	unsigned int shift = 0;

	while (ms >= 63u << shift)
		shift += 3;
	jiffies = (((jiffies + ms) >> shift) + 1) << shift;
	return millrace_ticks_since + jiffies * (long long)MILLRACE_MS;
}

/* From 0 to `below` less one; others in each boot. */
static inline unsigned int millrace_random(unsigned int below)
{
	millrace_seed ^= millrace_seed << 13;
	millrace_seed ^= millrace_seed >> 17;
	millrace_seed ^= millrace_seed << 5;
	return below ? millrace_seed % below : 0;
}

/* One record of the kernel's log. */
static void millrace_say(const char *format, ...)
{
	char line[512];
	va_list args;
	int length = 3;

	memcpy(line, "<6>", 3);
	va_start(args, format);
	for (; *format && length < (int)sizeof(line) - 1; format++) {
		char number[24];
		const char *text = number;

		if (*format != '%') {
			line[length++] = *format;
			continue;
		}
		switch (*++format) {
		case 's':
			text = va_arg(args, const char *);
			break;
		case 'u':
			u64toa_r(va_arg(args, unsigned int), number);
			break;
		case 'U':
			u64toa_r(va_arg(args, millrace_ns), number);
			break;
		default: {
			/* Eight hexadecimal digits. */
			unsigned int value = va_arg(args, unsigned int);
			int i;

			for (i = 0; i < 8; i++)
				number[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
			number[8] = 0;
		}
		}
		while (*text && length < (int)sizeof(line) - 1)
			line[length++] = *text++;
	}
	va_end(args);
	write(millrace_log, line, length);
}

/* An invariant; `text` says what should have held. */
#define MILLRACE_EXPECT(verdict, condition, text)			\
	do {								\
		if (!(condition)) {					\
			if (!(verdict)->violations++)			\
				(verdict)->first = (text);		\
		}							\
	} while (0)

/* A side that the kernel itself runs, such as a timer, does so between the two. */
static inline void millrace_due(millrace_ns from, millrace_ns to)
{
	millrace_round->sides[MILLRACE_MAX_SIDES].begin = from;
	millrace_round->sides[MILLRACE_MAX_SIDES].end = to;
}

/* Zero when it was written whole. */
static inline int millrace_write_file(const char *path, const char *text)
{
	int length = strlen(text), file = open(path, O_WRONLY), written;

	if (file < 0)
		return -1;
	written = write(file, text, length);
	close(file);
	return written == length ? 0 : -1;
}

/* Says why, and ends the guest: the tests cannot be run. */
static void millrace_give_up(const char *what) __attribute__((noreturn));
static void millrace_give_up(const char *what)
{
	millrace_say("Bail out! %s: error %u", what, (unsigned int)errno);
	reboot(LINUX_REBOOT_CMD_RESTART);
	for (;;)
		;
}

/*
 * A parameter of KCSAN's, such as skip_watch, from here on: at boot it would hold
 * everything up. Say what you set, with millrace_say(): the record has the
 * configuration alone.
 */
static void millrace_set_kcsan(const char *name, const char *value)
{
	char path[128] = "/sys/module/kcsan/parameters/";

	strlcat(path, name, sizeof(path));
	if (millrace_write_file(path, value))
		millrace_give_up(path);
}

/* The device's on_user(value) is called. */
static void millrace_tell_device(unsigned int value)
{
	int file = open("/sys/bus/pci/devices/0000:00:05.0/config", O_WRONLY);

	if (file < 0 || lseek(file, 0xfc, SEEK_SET) != 0xfc || write(file, &value, 4) != 4)
		millrace_give_up("the device cannot be told anything");
	close(file);
}

/* As zlib has it, which begins with 0. */
static unsigned int millrace_crc(unsigned int crc, const char *text)
{
	int bit;

	crc = ~crc;
	for (; *text; text++) {
		crc ^= (unsigned char)*text;
		for (bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* A pattern with * and ?, as kunit.filter_glob takes it. */
static int millrace_matches(const char *pattern, const char *text)
{
	if (*pattern == '*')
		return millrace_matches(pattern + 1, text) || (*text && millrace_matches(pattern, text + 1));
	if (!*pattern || !*text)
		return !*pattern && !*text;
	return (*pattern == '?' || *pattern == *text) && millrace_matches(pattern + 1, text + 1);
}

static int millrace_is_chosen(const char *suite, const char *test)
{
	const char *filter = getenv("millrace_filter");
	char name[256];

	if (!filter)
		return 1;
	if (!strchr(filter, '.'))
		return millrace_matches(filter, suite);
	strlcpy(name, suite, sizeof(name));
	strlcat(name, ".", sizeof(name));
	strlcat(name, test, sizeof(name));
	return millrace_matches(filter, name);
}

static void millrace_bind(unsigned int cpu)
{
	unsigned long mask = 1ul << cpu;

	/* One that the guest does not have leaves the process where it is. */
	my_syscall3(__NR_sched_setaffinity, 0, sizeof(mask), &mask);
}

static void millrace_run_side(const struct millrace_test *test, unsigned int index, unsigned int count,
			      unsigned int stagger_us)
{
	if (count > 1) {
		__atomic_add_fetch(&millrace_round->waiting, 1, __ATOMIC_SEQ_CST);
		while (!millrace_round->go) {
			if (index == 0 && millrace_round->waiting == count)
				millrace_round->go = 1;
			else
				sched_yield();
		}
		if (stagger_us)
			millrace_wait_until(millrace_now() + stagger_us * MILLRACE_US);
	}
	millrace_round->sides[index].begin = millrace_now();
	test->sides[index].run();
	millrace_round->sides[index].end = millrace_now();
}

static unsigned int millrace_overlapped(unsigned int count)
{
	unsigned int i, j;

	for (i = 0; i < count; i++)
		for (j = i + 1; j <= MILLRACE_MAX_SIDES; j++)
			if (millrace_round->sides[j].end &&
			    millrace_round->sides[i].begin < millrace_round->sides[j].end &&
			    millrace_round->sides[j].begin < millrace_round->sides[i].end)
				return 1;
	return 0;
}

static void millrace_one_round(const struct millrace_test *test, unsigned int count)
{
	int children[MILLRACE_MAX_SIDES];
	unsigned int i;

	memset(millrace_round, 0, sizeof(*millrace_round));
	test->setup();
	for (i = 1; i < count; i++) {
		unsigned int stagger_us = millrace_random(200);

		children[i] = fork();
		if (children[i] < 0)
			millrace_give_up("fork");
		if (children[i] == 0) {
			millrace_bind(i);
			millrace_run_side(test, i, count, stagger_us);
			exit(0);
		}
	}
	millrace_bind(0);
	millrace_run_side(test, 0, count, millrace_random(200));
	for (i = 1; i < count; i++)
		waitpid(children[i], NULL, 0);
}

/* One test for `seconds`; 0 when all held. */
static int millrace_run(const struct millrace_test *test, unsigned int number, unsigned int seconds)
{
	unsigned int rounds = 0, overlaps = 0, violations = 0, count = 0;
	millrace_ns began, end;
	const char *first = NULL;
	char counts[160];

	while (count < MILLRACE_MAX_SIDES && test->sides[count].name)
		count++;
	if (test->tell_device)
		millrace_tell_device(test->tell_device);
	began = millrace_now();
	end = began + seconds * 1000 * MILLRACE_MS;
	while (millrace_now() < end) {
		struct millrace_verdict verdict = { 0, NULL };

		millrace_one_round(test, count);
		rounds++;
		overlaps += millrace_overlapped(count);
		if (test->check)
			test->check(&verdict);
		if (verdict.violations) {
			violations++;
			if (!first)
				first = verdict.first;
		}
		if (test->teardown)
			test->teardown();
	}
	strlcpy(counts, test->name, sizeof(counts));
#define MILLRACE_COUNT(label, value)				\
	do {							\
		char digits[24];				\
		u64toa_r(value, digits);			\
		strlcat(counts, label, sizeof(counts));		\
		strlcat(counts, digits, sizeof(counts));	\
	} while (0)
	MILLRACE_COUNT(" rounds=", rounds);
	MILLRACE_COUNT(" overlaps=", overlaps);
	MILLRACE_COUNT(" violations=", violations);
	MILLRACE_COUNT(" ms=", (millrace_now() - began) / MILLRACE_MS);
	millrace_say("    # %s: millrace: sum=%x%s", test->name, millrace_crc(0, counts),
		     counts + strlen(test->name));
	if (violations) {
		millrace_say("    # %s: millrace: in %u of %u rounds this did not hold: %s", test->name,
			     violations, rounds, first);
		millrace_say("    not ok %u %s", number, test->name);
	} else {
		millrace_say("    ok %u %s", number, test->name);
	}
	return !!violations;
}

static unsigned int millrace_setting(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text ? (unsigned int)atol(text) : otherwise;
}

/*
 * main() of the program: mounts what there is, calls start() once, runs the
 * tests, and ends the guest.
 */
static void millrace_main(const char *suite, void (*start)(void), const struct millrace_test *const *tests)
{
	unsigned int number = 0, failed = 0, chosen = 0, i;

	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	millrace_log = open("/dev/kmsg", O_WRONLY);
	millrace_seed = 2463534242u ^ (millrace_setting("millrace_seed", 1) * 2654435761u);
	millrace_round = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; tests[i]; i++)
		chosen += millrace_is_chosen(suite, tests[i]->name);
	millrace_say("KTAP version 1");
	millrace_say("1..1");
	millrace_say("    KTAP version 1");
	millrace_say("    # Subtest: %s", suite);
	millrace_say("    1..%u", chosen);
	millrace_find_ticks();
	if (start)
		start();
	for (i = 0; tests[i]; i++)
		if (millrace_is_chosen(suite, tests[i]->name))
			failed += millrace_run(tests[i], ++number, millrace_setting("millrace_seconds", 8));
	millrace_say(failed ? "not ok 1 %s" : "ok 1 %s", suite);
	reboot(LINUX_REBOOT_CMD_RESTART);
	for (;;)
		;
}

/* MILLRACE_MAIN(suite, start, &one, &other): `start` may be NULL. */
#define MILLRACE_MAIN(suite, start, ...)						\
	int main(void)									\
	{										\
		static const struct millrace_test *const tests[] = { __VA_ARGS__, NULL };	\
											\
		millrace_main(#suite, start, tests);					\
		return 0;								\
	}

#endif
