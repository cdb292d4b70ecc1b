// expect: none
// interleavings: 1
#include <pthread.h>
#include <stdlib.h>
#include <assert.h>

static pthread_key_t key;

static void *first(void *unused)
{
	int *own = malloc(sizeof(*own));
	*own = 0;
	pthread_setspecific(key, own);
	(*(int *)pthread_getspecific(key))++;
	assert(*own == 1);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_key_create(&key, free);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
