// expect: none
// interleavings: 1
// who tries a lock in vain only looks at it
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *tries(void *unused)
{
	pthread_mutex_trylock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[3];
	pthread_mutex_lock(&lock);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], 0, tries, 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
	pthread_mutex_unlock(&lock);
	return 0;
}
