// expect: none
// interleavings: 4
// one of four succeeds: the others only read, and nobody can tell in which order
#include <pthread.h>
#include <stdatomic.h>

static atomic_int owner;

static void *tries(void *number)
{
	int free = 0;
	atomic_compare_exchange_strong(&owner, &free, (int)(long)number);
	return number;
}

int main(void)
{
	pthread_t threads[4];
	for (long i = 0; i < 4; i++)
		pthread_create(&threads[i], 0, tries, (void *)(i + 1));
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	return 0;
}
