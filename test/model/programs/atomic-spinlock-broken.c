// expect: data-race
#include <pthread.h>
#include <stdatomic.h>
#include <assert.h>

static atomic_int flag;
static int data;

static void *first(void *unused)
{
	while (atomic_load(&flag))
		;
	atomic_store(&flag, 1);
	data++;
	atomic_store(&flag, 0);
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
