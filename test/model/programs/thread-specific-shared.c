// expect: data-race
#include <pthread.h>

static pthread_key_t key;
static int shared;

static void *first(void *unused)
{
	pthread_setspecific(key, &shared);
	(*(int *)pthread_getspecific(key))++;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_key_create(&key, 0);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
