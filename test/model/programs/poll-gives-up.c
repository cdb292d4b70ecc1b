// expect: data-race
// A poll of 100 tries is run to its end while the others can still run.
#include <pthread.h>
#include <stdatomic.h>

static atomic_int ready;
static int status;

static void *poller(void *unused)
{
	for (int i = 0; i < 100; i++)
		if (atomic_load(&ready))
			return unused;
	status = -1;
	return unused;
}

static void *device(void *unused)
{
	status = 1;
	atomic_store(&ready, 1);
	return unused;
}

int main(void)
{
	pthread_t threads[2];
	pthread_create(&threads[0], 0, poller, 0);
	pthread_create(&threads[1], 0, device, 0);
	pthread_join(threads[0], 0);
	pthread_join(threads[1], 0);
	return 0;
}
