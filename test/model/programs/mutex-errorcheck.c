// expect: none
// interleavings: 2
#include <pthread.h>
#include <assert.h>
#include <errno.h>

static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static int counter;

static void *first(void *unused)
{
	pthread_mutex_lock(&lock);
	assert(pthread_mutex_lock(&lock) == EDEADLK);
	counter++;
	pthread_mutex_unlock(&lock);
	assert(pthread_mutex_unlock(&lock) == EPERM);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
