// expect: none
// Each time limit that runs out leaves all as it was.
#include <pthread.h>
#include <time.h>

static int stop;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void *worker(void *unused)
{
	struct timespec limit = { 1, 0 };
	pthread_mutex_lock(&lock);
	while (!stop)
		pthread_cond_timedwait(&condition, &lock, &limit);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, worker, 0);
	pthread_mutex_lock(&lock);
	stop = 1;
	pthread_cond_signal(&condition);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, 0);
	return 0;
}
