// What the library supplies does what C and POSIX say.
// expect: none
// interleavings: 1
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void text(void)
{
	char list[] = ",a,b;;c", word[8], letter, *rest;
	int a, b;
	double d;

	assert(strcmp(strtok(list, ",;"), "a") == 0 && strcmp(strtok(0, ",;"), "b") == 0);
	assert(strcmp(strtok(0, ",;"), "c") == 0 && strtok(0, ",;") == 0);
	char other[] = "x y";
	assert(strcmp(strtok_r(other, " ", &rest), "x") == 0 && strcmp(rest, "y") == 0);
	assert(sscanf("12 0x1f foo 2.5", "%d %i %7s %lf", &a, &b, word, &d) == 4);
	assert(a == 12 && b == 31 && strcmp(word, "foo") == 0 && d == 2.5);
	assert(sscanf("k=v", "%[a-z]=%c", word, &letter) == 2 && letter == 'v');
	assert(sscanf("", "%d", &a) == EOF && sscanf("x", "%d", &a) == 0);
	assert(strcasecmp("AbC", "aBc") == 0 && ffs(8) == 4 && strspn("aab", "a") == 2 && strcspn("ab;", ";") == 2);
	assert(strpbrk("ab;c", ";,")[1] == 'c' && strnlen("abc", 2) == 2 && strtod("-1.25e2", 0) == -125.0);
}

static void order(void)
{
	int values[] = { 5, 3, 9, 1 }, key = 9;

	qsort(values, 4, sizeof(*values), by_value);
	assert(bsearch(&key, values, 4, sizeof(*values), by_value) == &values[3]);
	key = 4;
	assert(bsearch(&key, values, 4, sizeof(*values), by_value) == 0);
	assert(div(7, 2).quot == 3 && div(7, 2).rem == 1);
	assert(sqrt(16.0) == 4 && pow(2, 10) == 1024 && floor(-1.5) == -2 && fmod(7, 4) == 3 && round(-2.5) == -3);
}

static void files(void)
{
	char line[32];

	assert(fopen("notes", "r") == 0 && errno == ENOENT);
	FILE *file = fopen("notes", "w");
	fprintf(file, "line %d\n", 1);
	fputs("two\n", file);
	assert(fwrite("abc", 1, 3, file) == 3 && fclose(file) == 0);
	file = fopen("notes", "r");
	assert(fgets(line, sizeof(line), file) == line && strcmp(line, "line 1\n") == 0);
	assert(fgets(line, sizeof(line), file) == line && strcmp(line, "two\n") == 0);
	assert(!feof(file) && fread(line, 1, sizeof(line), file) == 3 && feof(file) && fgetc(file) == EOF);
	assert(fseek(file, 5, SEEK_SET) == 0 && fgetc(file) == '1' && ftell(file) == 6);
	fclose(file);
	int number = open("notes", O_RDWR | O_APPEND);
	assert(number > 2 && write(number, "Z", 1) == 1 && lseek(number, -1, SEEK_END) == 14);
	assert(read(number, line, sizeof(line)) == 1 && line[0] == 'Z' && close(number) == 0);
	assert(read(number, line, 1) == -1 && errno == EBADF);
	assert(read(STDIN_FILENO, line, 4) == 0 && fgets(line, 4, stdin) == 0);
	assert(remove("notes") == 0 && access("notes", F_OK) == -1);
}

static void options(void)
{
	char *arguments[] = { "program", "-a", "-b", "value", "rest", 0 };

	assert(getopt(5, arguments, "ab:") == 'a');
	assert(getopt(5, arguments, "ab:") == 'b' && strcmp(optarg, "value") == 0);
	assert(getopt(5, arguments, "ab:") == -1 && optind == 4);
}

int main(void)
{
	text();
	order();
	files();
	options();
	return 0;
}
