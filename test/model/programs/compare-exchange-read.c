// expect: data-race
// one that fails is a read: it meets a plain write, and no plain read
#include <pthread.h>
#include <stdatomic.h>

static int shared = 1;

static void *fails(void *unused)
{
	int free = 0;
	__atomic_compare_exchange_n(&shared, &free, 2, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return unused;
}

static void *writes(void *unused)
{
	shared = 3;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, fails, 0);
	pthread_create(&b, 0, writes, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
