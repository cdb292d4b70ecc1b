// expect: assertion data-race
// One thread fails wherever it runs; the other two race all the same.
#include <assert.h>
#include <pthread.h>

static int count;

static void *fail(void *unused)
{
	assert(0);
	return unused;
}

static void *add(void *unused)
{
	count++;
	return unused;
}

int main(void)
{
	pthread_t a, b, c;
	pthread_create(&c, 0, fail, 0);
	pthread_create(&a, 0, add, 0);
	pthread_create(&b, 0, add, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
