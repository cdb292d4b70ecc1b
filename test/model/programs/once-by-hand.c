// expect: data-race
#include <pthread.h>

static int done, runs;

static void *first(void *unused)
{
	if (!done) {
		runs++;
		done = 1;
	}
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
