// expect: none
// interleavings: 1
// nobody can tell in which order three arrive, twice
#include <pthread.h>

static pthread_barrier_t meeting;

static void *meets(void *unused)
{
	pthread_barrier_wait(&meeting);
	pthread_barrier_wait(&meeting);
	return unused;
}

int main(void)
{
	pthread_t threads[3];
	pthread_barrier_init(&meeting, 0, 3);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], 0, meets, 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
	return 0;
}
