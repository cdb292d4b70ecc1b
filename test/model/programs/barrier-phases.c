// expect: none
// interleavings: 1
// nobody can tell who arrives first
#include <pthread.h>
#include <assert.h>

static pthread_barrier_t meeting;
static int parts[2];

static void *first(void *unused)
{
	parts[0] = 1;
	pthread_barrier_wait(&meeting);
	assert(parts[1] == 1);
	return unused;
}

static void *second(void *unused)
{
	parts[1] = 1;
	pthread_barrier_wait(&meeting);
	assert(parts[0] == 1);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_barrier_init(&meeting, 0, 2);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
