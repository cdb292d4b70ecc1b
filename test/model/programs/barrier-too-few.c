// expect: deadlock
#include <pthread.h>
#include <assert.h>

static pthread_barrier_t meeting;
static int parts[2];

static void *first(void *unused)
{
	pthread_barrier_wait(&meeting);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_barrier_init(&meeting, 0, 3);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
