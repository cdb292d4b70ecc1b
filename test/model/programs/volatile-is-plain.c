// expect: data-race
#include <pthread.h>

static volatile int stop;

static void *first(void *unused)
{
	stop = 1;
	return unused;
}

static void *second(void *unused)
{
	int seen = stop;
	(void)seen;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
