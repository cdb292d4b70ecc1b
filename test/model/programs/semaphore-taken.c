// expect: deadlock
// interleavings: 2
// Two threads want the one unit of a semaphore that nobody posts. Who only tries goes on without; who waits is stuck
// when the other was first, and then what it waits for is the last that it ever does.
#include <pthread.h>
#include <semaphore.h>

static sem_t units;

static void *waits(void *unused)
{
	sem_wait(&units);
	return unused;
}

static void *tries(void *unused)
{
	sem_trywait(&units);
	return unused;
}

int main(void)
{
	pthread_t first, second;

	sem_init(&units, 0, 1);
	pthread_create(&first, 0, tries, 0);
	pthread_create(&second, 0, waits, 0);
	pthread_join(first, 0);
	pthread_join(second, 0);
	return 0;
}
