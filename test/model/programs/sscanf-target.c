// What sscanf() stores is written by the thread that calls it.
// expect: data-race
#include <pthread.h>
#include <stdio.h>

static int value;

static void *parser(void *text)
{
	sscanf(text, "%d", &value);
	return 0;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, parser, "12");
	int seen = value;
	pthread_join(thread, 0);
	return seen;
}
