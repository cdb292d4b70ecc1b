// expect: none
// The second thread's assumption holds only behind all that the first one does.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

extern void abort(void);
static void assume_abort_if_not(int condition)
{
	if (!condition)
		abort();
}

static atomic_int prepared, ready;

static void *prepare(void *unused)
{
	atomic_store(&prepared, 1);
	atomic_store(&ready, 1);
	return unused;
}

static void *await(void *unused)
{
	assume_abort_if_not(atomic_load(&ready));
	assert(atomic_load(&prepared));
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, await, 0);
	pthread_create(&b, 0, prepare, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
