// expect: none
// interleavings: 1
#include <pthread.h>
#include <assert.h>

static int data;

static void *child(void *unused)
{
	data++;
	return unused;
}

int main(void)
{
	pthread_t a;
	data = 1;
	pthread_create(&a, 0, child, 0);
	pthread_join(a, 0);
	assert(data == 2);
	return 0;
}
