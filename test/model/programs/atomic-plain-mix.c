// expect: data-race
#include <pthread.h>

static int counter;

static void *first(void *unused)
{
	__atomic_store_n(&counter, 1, __ATOMIC_SEQ_CST);
	return unused;
}

static void *second(void *unused)
{
	int seen = counter;
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
