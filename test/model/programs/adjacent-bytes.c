// expect: none
// interleavings: 1
// different locations
#include <pthread.h>

static char bytes[2];

static void *first(void *unused)
{
	bytes[0] = 1;
	return unused;
}

static void *second(void *unused)
{
	bytes[1] = 1;
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
