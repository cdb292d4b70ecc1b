// expect: data-race
// interleavings: 4
// two loads and two stores: either increment first, or both loads before the stores in two orders
#include <pthread.h>

static int counter;

static void *first(void *unused)
{
	counter++;
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
