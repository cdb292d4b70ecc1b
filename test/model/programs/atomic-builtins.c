// expect: none
// interleavings: 4
// two independent objects, each in 2! orders
#include <pthread.h>
#include <assert.h>

static int counter;
static long long wide;

static void *first(void *unused)
{
	__sync_fetch_and_add(&counter, 1);
	__atomic_add_fetch(&wide, 1LL << 40, __ATOMIC_SEQ_CST);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(counter == 2 && wide == 2LL << 40);
	return 0;
}
