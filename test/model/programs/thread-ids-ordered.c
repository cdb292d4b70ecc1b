// Ids are numbers in the order in which threads are made: by main() and one thread, and by two threads.
// expect: assertion
// interleavings: 3
#include <assert.h>
#include <pthread.h>

static pthread_t first, second;

static void *nothing(void *unused)
{
	return unused;
}

static void *makes_first(void *unused)
{
	pthread_create(&first, 0, nothing, 0);
	return unused;
}

static void *makes_second(void *unused)
{
	pthread_create(&second, 0, nothing, 0);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, 0, makes_first, 0);
	pthread_create(&b, 0, makes_second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(first < second);
	pthread_join(first, 0);
	pthread_join(second, 0);
	return 0;
}
