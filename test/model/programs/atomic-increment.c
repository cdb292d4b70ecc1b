// expect: none
// interleavings: 2
// two operations on one atomic object: 2!
#include <pthread.h>
#include <stdatomic.h>
#include <assert.h>

static atomic_int flag;
static int data;

static void *first(void *unused)
{
	atomic_fetch_add(&flag, 1);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(flag == 2);
	return 0;
}
