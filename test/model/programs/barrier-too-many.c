// expect: assertion deadlock
// three come where two meet: who is left over depends on the order
#include <assert.h>
#include <pthread.h>

static pthread_barrier_t meeting;
static int first;

static void *marks(void *unused)
{
	pthread_barrier_wait(&meeting);
	assert(0);
	return unused;
}

static void *meets(void *unused)
{
	pthread_barrier_wait(&meeting);
	return unused;
}

int main(void)
{
	pthread_t threads[3];
	pthread_barrier_init(&meeting, 0, 2);
	pthread_create(&threads[0], 0, meets, 0);
	pthread_create(&threads[1], 0, meets, 0);
	pthread_create(&threads[2], 0, marks, 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
	return first;
}
