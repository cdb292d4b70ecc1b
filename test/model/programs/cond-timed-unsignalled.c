// expect: none
// Nobody signals: the wait ends when its time is over.
#include <assert.h>
#include <errno.h>
#include <pthread.h>

int main(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never = PTHREAD_COND_INITIALIZER;
	struct timespec limit = { 1, 0 };
	pthread_mutex_lock(&mutex);
	assert(pthread_cond_timedwait(&never, &mutex, &limit) == ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
	return 0;
}
