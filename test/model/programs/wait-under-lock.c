// expect: none
// A loop that polls under a lock ends under every fair scheduler.
#include <pthread.h>
#include <unistd.h>

static int stop;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *worker(void *unused)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		int seen = stop;
		pthread_mutex_unlock(&lock);
		if (seen)
			return unused;
		usleep(10);
	}
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, worker, 0);
	pthread_mutex_lock(&lock);
	stop = 1;
	pthread_mutex_unlock(&lock);
	pthread_join(thread, 0);
	return 0;
}
