// expect: data-race
#include <pthread.h>
#include <stdatomic.h>
#include <assert.h>

static atomic_int flag;
static int data;

static void *first(void *unused)
{
	data = 9;
	atomic_store_explicit(&flag, 1, memory_order_relaxed);
	return unused;
}

static void *second(void *unused)
{
	if (atomic_load_explicit(&flag, memory_order_relaxed))
		assert(data == 9);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
