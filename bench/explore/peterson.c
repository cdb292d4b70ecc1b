// Peterson's algorithm on atomics.
#include <pthread.h>
#include <stdatomic.h>

static atomic_int wants[2], turn;
static int counter;

static void *enter(void *argument)
{
	int self = (int)argument;
	atomic_store(&wants[self], 1);
	atomic_store(&turn, 1 - self);
	while (atomic_load(&wants[1 - self]) && atomic_load(&turn) == 1 - self)
		;
	counter++;
	atomic_store(&wants[self], 0);
	return 0;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, enter, (void *)0);
	pthread_create(&b, 0, enter, (void *)1);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
