/* SPDX-License-Identifier: Apache-2.0 */
/* Text, sorting and options: what the machine need not know of, as C of its own (C11 7.21.6.7, 7.22, 7.24; POSIX.1-2017
 * strings.h, strtok_r, getopt). What it reads and writes are accesses of the thread that calls. Linked where a program
 * leaves one of these undefined. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>

#define SUPPLIED __attribute__((weak))

extern void *malloc(size_t);
extern size_t strlen(const char *);
extern void *memcpy(void *, const void *, size_t);
extern long long strtoll(const char *, char **, int);

SUPPLIED size_t strnlen(const char *text, size_t limit)
{
	size_t length = 0;

	while (length < limit && text[length])
		length++;
	return length;
}

SUPPLIED size_t strspn(const char *text, const char *set)
{
	size_t length = 0;

	for (; text[length]; length++) {
		const char *at = set;

		while (*at && *at != text[length])
			at++;
		if (!*at)
			break;
	}
	return length;
}

SUPPLIED size_t strcspn(const char *text, const char *set)
{
	size_t length = 0;

	for (; text[length]; length++)
		for (const char *at = set; *at; at++)
			if (*at == text[length])
				return length;
	return length;
}

SUPPLIED char *strpbrk(const char *text, const char *set)
{
	text += strcspn(text, set);
	return *text ? (char *)text : 0;
}

SUPPLIED char *strtok_r(char *text, const char *set, char **rest)
{
	char *token = text ? text : *rest;

	if (!token)
		return 0;
	token += strspn(token, set);
	if (!*token) {
		*rest = 0;
		return 0;
	}
	*rest = token + strcspn(token, set);
	if (**rest)
		*(*rest)++ = 0;
	else
		*rest = 0;
	return token;
}

/* All threads share where it stands: two that use it race. */
SUPPLIED char *strtok(char *text, const char *set)
{
	static char *rest;

	return strtok_r(text, set, &rest);
}

SUPPLIED char *strsep(char **text, const char *set)
{
	char *token = *text;

	if (!token)
		return 0;
	*text = token + strcspn(token, set);
	if (**text)
		*(*text)++ = 0;
	else
		*text = 0;
	return token;
}

SUPPLIED char *strndup(const char *text, size_t limit)
{
	size_t length = strnlen(text, limit);
	char *copy = malloc(length + 1);

	if (!copy)
		return 0;
	memcpy(copy, text, length);
	copy[length] = 0;
	return copy;
}

SUPPLIED char *stpcpy(char *to, const char *from)
{
	while ((*to = *from++))
		to++;
	return to;
}

SUPPLIED int strcoll(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

SUPPLIED int strncasecmp(const char *a, const char *b, size_t limit)
{
	for (; limit > 0; a++, b++, limit--) {
		int difference = tolower((unsigned char)*a) - tolower((unsigned char)*b);

		if (difference || !*a)
			return difference;
	}
	return 0;
}

SUPPLIED int strcasecmp(const char *a, const char *b) { return strncasecmp(a, b, (size_t)-1); }

SUPPLIED char *strcasestr(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (;; text++) {
		if (strncasecmp(text, part, length) == 0)
			return (char *)text;
		if (!*text)
			return 0;
	}
}

SUPPLIED void *memrchr(const void *from, int byte, size_t size)
{
	for (const unsigned char *at = from; size-- > 0;)
		if (at[size] == (unsigned char)byte)
			return (void *)(at + size);
	return 0;
}

SUPPLIED void *mempcpy(void *to, const void *from, size_t size) { return (char *)memcpy(to, from, size) + size; }

SUPPLIED int bcmp(const void *a, const void *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((const char *)a)[i] != ((const char *)b)[i])
			return 1;
	return 0;
}

SUPPLIED void bcopy(const void *from, void *to, size_t size) { __builtin_memmove(to, from, size); }
SUPPLIED void bzero(void *at, size_t size) { __builtin_memset(at, 0, size); }

static char *index_of(const char *text, int byte)
{
	for (;; text++) {
		if (*text == (char)byte)
			return (char *)text;
		if (!*text)
			return 0;
	}
}

SUPPLIED int ffs(int bits) { return __builtin_ffs(bits); }
SUPPLIED int ffsl(long bits) { return __builtin_ffsl(bits); }
SUPPLIED int ffsll(long long bits) { return __builtin_ffsll(bits); }

SUPPLIED int isgraph(int c) { return c > ' ' && c <= '~'; }
SUPPLIED int isblank(int c) { return c == ' ' || c == '\t'; }
SUPPLIED int iscntrl(int c) { return (c >= 0 && c < ' ') || c == 127; }

/* Digits are added up in double precision: within a few units of the last place of what is exact. */
SUPPLIED double strtod(const char *text, char **end)
{
	const char *at = text;
	double value = 0, scale = 1;
	int negative = 0, digits = 0, exponent = 0;

	while (isspace(*at))
		at++;
	if (*at == '-' || *at == '+')
		negative = *at++ == '-';
	for (; isdigit(*at); at++, digits++)
		value = value * 10 + (*at - '0');
	if (*at == '.')
		for (at++; isdigit(*at); at++, digits++, exponent--)
			value = value * 10 + (*at - '0');
	if (digits && (*at == 'e' || *at == 'E')) {
		char *behind;
		long long written = strtoll(at + 1, &behind, 10);

		if (behind != at + 1 && !isspace(at[1])) {
			exponent += written > 400 ? 400 : written < -400 ? -400 : (int)written;
			at = behind;
		}
	}
	if (end)
		*end = (char *)(digits ? at : text);
	for (int i = 0; i < exponent || i < -exponent; i++)
		scale *= 10;
	value = exponent < 0 ? value / scale : value * scale;
	return negative ? -value : value;
}

SUPPLIED float strtof(const char *text, char **end) { return (float)strtod(text, end); }
SUPPLIED double atof(const char *text) { return strtod(text, 0); }

/* One field of a scan set: the characters between the brackets. */
static const char *set_end(const char *format)
{
	if (*format == '^')
		format++;
	if (*format == ']')
		format++;
	while (*format && *format != ']')
		format++;
	return format;
}

static int in_set(const char *set, const char *end, char c)
{
	int inverted = *set == '^', found = 0;

	for (set += inverted; set < end; set++) {
		if (set + 2 < end && set[1] == '-') {
			found |= c >= set[0] && c <= set[2];
			set += 2;
		} else
			found |= *set == c;
	}
	return found != inverted;
}

static void store_integer(void *to, int size, long long value)
{
	if (size == 1)
		*(char *)to = (char)value;
	else if (size == 2)
		*(short *)to = (short)value;
	else if (size == 8)
		*(long long *)to = value;
	else
		*(int *)to = (int)value;
}

SUPPLIED int vsscanf(const char *text, const char *format, va_list arguments)
{
	const char *at = text;
	int stored = 0;

	for (; *format; format++) {
		int width = 0, size = 4, skipped = 0;

		if (isspace(*format)) {
			while (isspace(*at))
				at++;
			continue;
		}
		if (*format != '%' || *++format == '%') {
			if (*format == '%')
				while (isspace(*at))
					at++;
			if (*at != *format)
				return stored || *at ? stored : -1;
			at++;
			continue;
		}
		if (*format == '*')
			skipped = *format++ == '*';
		while (isdigit(*format))
			width = width * 10 + (*format++ - '0');
		for (;; format++) {
			if (*format == 'h')
				size = size == 2 ? 1 : 2;
			else if (*format == 'l' || *format == 'L')
				size = size == 0 ? 8 : 0;
			else if (*format == 'j' || *format == 'q')
				size = 8;
			else if (*format != 'z' && *format != 't')
				break;
		}
		if (*format != 'c' && *format != '[' && *format != 'n')
			while (isspace(*at))
				at++;
		if (*format == 'n') {
			if (!skipped)
				*va_arg(arguments, int *) = at - text;
			continue;
		}
		if (!*at)
			return stored ? stored : -1;
		if (*format == 'c' || *format == 's' || *format == '[') {
			const char *set = format + 1;
			const char *end = *format == '[' ? set_end(set) : set;
			char *to = skipped ? 0 : va_arg(arguments, char *);
			int count = 0, most = width ? width : *format == 'c' ? 1 : 0x7fffffff;

			for (; count < most && *at; count++, at++) {
				if (*format == 's' ? isspace(*at) : *format == '[' && !in_set(set, end, *at))
					break;
				if (to)
					to[count] = *at;
			}
			if (!count || (*format == 'c' && count < most))
				return stored;
			if (to && *format != 'c')
				to[count] = 0;
			if (*format == '[')
				format = end;
			stored += !skipped;
			continue;
		}
		char field[64];
		char *end;
		int length = 0, most = width && width < 63 ? width : 63;

		while (length < most && at[length] && !isspace(at[length])) {
			field[length] = at[length];
			length++;
		}
		field[length] = 0;
		if (*format == 'f' || *format == 'e' || *format == 'g' || *format == 'a' || *format == 'E' || *format == 'G') {
			double value = strtod(field, &end);

			if (end == field)
				return stored;
			if (skipped)
				;
			else if (size == 4)
				*va_arg(arguments, float *) = (float)value;
			else
				*va_arg(arguments, double *) = value;
		} else {
			int base = *format == 'x' || *format == 'X' || *format == 'p' ? 16 : *format == 'o' ? 8 : *format == 'i' ? 0 : 10;
			long long value = strtoll(field, &end, base);

			if (end == field)
				return stored;
			if (!skipped)
				store_integer(va_arg(arguments, void *), size == 0 ? 4 : size, value);
		}
		at += end - field;
		stored += !skipped;
	}
	return stored;
}

SUPPLIED int sscanf(const char *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int stored = vsscanf(text, format, arguments);
	va_end(arguments);
	return stored;
}

SUPPLIED int __isoc99_sscanf(const char *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int stored = vsscanf(text, format, arguments);
	va_end(arguments);
	return stored;
}

SUPPLIED void *bsearch(const void *key, const void *base, size_t count, size_t size,
		       int (*compare)(const void *, const void *))
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;
		const char *at = (const char *)base + middle * size;
		int order = compare(key, at);

		if (order == 0)
			return (void *)at;
		if (order < 0)
			count = middle;
		else
			low = middle + 1;
	}
	return 0;
}

SUPPLIED char *optarg;
SUPPLIED int optind = 1, opterr = 1, optopt;
/* How far a cluster of options in one argument has been read. */
static int option_position = 1;

SUPPLIED int getopt(int count, char *const arguments[], const char *options)
{
	const char *known = options + (*options == ':');

	if (optind >= count || !arguments[optind] || arguments[optind][0] != '-' || !arguments[optind][1])
		return -1;
	if (arguments[optind][1] == '-' && !arguments[optind][2]) {
		optind++;
		return -1;
	}
	int option = (unsigned char)arguments[optind][option_position++];
	const char *entry = option == ':' ? 0 : index_of(known, option);
	int is_last = !arguments[optind][option_position];

	optarg = 0;
	if (entry && entry[1] == ':') {
		optarg = is_last ? arguments[++optind] : arguments[optind] + option_position;
		optind++;
		option_position = 1;
		if (optarg)
			return option;
		optopt = option;
		return *options == ':' ? ':' : '?';
	}
	if (is_last) {
		optind++;
		option_position = 1;
	}
	if (entry && option)
		return option;
	optopt = option;
	return '?';
}
