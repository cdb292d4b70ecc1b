/* SPDX-License-Identifier: Apache-2.0 */
/* What the headers of include/c11 define as inline functions or macros, for programs that come with declarations of
 * their own: preprocessed with another C library's headers (glibc 2.36), or written by hand. Linked where a program
 * leaves one of these undefined. */
typedef __SIZE_TYPE__ size_t;

extern int __millrace_once_begin(void *);
extern void __millrace_once_end(void *);
extern void *malloc(size_t);

/* errno, as glibc's headers reach it: one for each thread that there can be. */
extern int __millrace_thread(void);
int __millrace_errno[31];
__attribute__((weak)) int *__errno_location(void) { return &__millrace_errno[__millrace_thread()]; }

/* What main() is given. */
char *__millrace_argv[] = { "program", 0 };

/* The streams' names stand for numbers that nobody looks behind. */
__attribute__((weak)) void *stdin = (void *)3;
__attribute__((weak)) void *stdout = (void *)1;
__attribute__((weak)) void *stderr = (void *)2;

__attribute__((weak)) int pthread_once(int *once, void (*routine)(void))
{
	if (__millrace_once_begin(once)) {
		routine();
		__millrace_once_end(once);
	}
	return 0;
}

__attribute__((weak)) int pthread_attr_setdetachstate(int *attributes, int state)
{
	*attributes = state;
	return 0;
}

__attribute__((weak)) int pthread_attr_getdetachstate(const int *attributes, int *state)
{
	*state = *attributes;
	return 0;
}

__attribute__((weak)) int abs(int value) { return value < 0 ? -value : value; }
__attribute__((weak)) long labs(long value) { return value < 0 ? -value : value; }
__attribute__((weak)) long long llabs(long long value) { return value < 0 ? -value : value; }

__attribute__((weak)) int isdigit(int c) { return c >= '0' && c <= '9'; }
__attribute__((weak)) int islower(int c) { return c >= 'a' && c <= 'z'; }
__attribute__((weak)) int isupper(int c) { return c >= 'A' && c <= 'Z'; }
__attribute__((weak)) int isalpha(int c) { return islower(c) || isupper(c); }
__attribute__((weak)) int isalnum(int c) { return isalpha(c) || isdigit(c); }
__attribute__((weak)) int isspace(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
__attribute__((weak)) int isxdigit(int c) { return isdigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
__attribute__((weak)) int isprint(int c) { return c >= ' ' && c <= '~'; }
__attribute__((weak)) int ispunct(int c) { return isprint(c) && c != ' ' && !isalnum(c); }
__attribute__((weak)) int tolower(int c) { return isupper(c) ? c + 32 : c; }
__attribute__((weak)) int toupper(int c) { return islower(c) ? c - 32 : c; }

static int digit_of(int c)
{
	return isdigit(c) ? c - '0' : isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

/* A number out of range wraps around; errno is left alone. */
__attribute__((weak)) long long strtoll(const char *text, char **end, int base)
{
	const char *at = text;
	unsigned long long value = 0;
	int negative = 0;

	while (isspace(*at))
		at++;
	if (*at == '-' || *at == '+')
		negative = *at++ == '-';
	if ((base == 0 || base == 16) && at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && digit_of(at[2]) < 16) {
		at += 2;
		base = 16;
	}
	if (base == 0)
		base = *at == '0' ? 8 : 10;
	if (digit_of(*at) < base)
		text = at;
	for (; digit_of(*at) < base; text = ++at)
		value = value * base + digit_of(*at);
	if (end)
		*end = (char *)text;
	return negative ? -value : value;
}

__attribute__((weak)) long strtol(const char *text, char **end, int base) { return strtoll(text, end, base); }
__attribute__((weak)) unsigned long strtoul(const char *text, char **end, int base) { return strtoll(text, end, base); }
__attribute__((weak)) unsigned long long strtoull(const char *text, char **end, int base)
{
	return strtoll(text, end, base);
}
__attribute__((weak)) int atoi(const char *text) { return strtoll(text, 0, 10); }
__attribute__((weak)) long atol(const char *text) { return strtoll(text, 0, 10); }
__attribute__((weak)) long long atoll(const char *text) { return strtoll(text, 0, 10); }

__attribute__((weak)) char *strerror(int number) { return number ? "error" : "success"; }

__attribute__((weak)) char *strstr(const char *text, const char *part)
{
	for (;; text++) {
		size_t i = 0;
		while (part[i] && text[i] == part[i])
			i++;
		if (!part[i])
			return (char *)text;
		if (!*text)
			return 0;
	}
}

__attribute__((weak)) char *strncat(char *to, const char *from, size_t limit)
{
	char *end = to;
	while (*end)
		end++;
	while (limit-- && *from)
		*end++ = *from++;
	*end = 0;
	return to;
}

/* Insertion sort: stable, and few steps for what a task sorts. */
__attribute__((weak)) void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	char *first = base;
	for (size_t i = 1; i < count; i++)
		for (char *at = first + i * size; at > first && compare(at - size, at) > 0; at -= size)
			for (size_t byte = 0; byte < size; byte++) {
				char kept = at[byte];
				at[byte] = at[byte - size];
				at[byte - size] = kept;
			}
}

/* No environment, whoever asks. */
__attribute__((weak)) char *getenv(const char *name)
{
	(void)name;
	return 0;
}

/* The bits of glibc's <ctype.h> on a little-endian machine, for the characters -128 to 255 of the C locale. */
enum { upper = 1 << 8, lower = 1 << 9, alpha = 1 << 10, digit = 1 << 11, xdigit = 1 << 12, space = 1 << 13,
       print = 1 << 14, graph = 1 << 15, blank = 1, cntrl = 2, punct = 4, alnum = 8 };

__attribute__((weak)) const unsigned short **__ctype_b_loc(void)
{
	static unsigned short table[384];
	static const unsigned short *origin;

	if (!origin) {
		for (int c = 0; c < 128; c++)
			table[128 + c] = (isupper(c) ? upper : 0) | (islower(c) ? lower : 0) | (isalpha(c) ? alpha : 0) |
					 (isdigit(c) ? digit : 0) | (isxdigit(c) ? xdigit : 0) | (isspace(c) ? space : 0) |
					 (isprint(c) ? print : 0) | (c > ' ' && c <= '~' ? graph : 0) |
					 (c == ' ' || c == '\t' ? blank : 0) | (c < ' ' || c == 127 ? cntrl : 0) |
					 (ispunct(c) ? punct : 0) | (isalnum(c) ? alnum : 0);
		origin = table + 128;
	}
	return &origin;
}
