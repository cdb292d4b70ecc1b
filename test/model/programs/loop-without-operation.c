// expect: data-race no-progress
// A loop over a thread's own variable never calls the machine; the other threads go on.
#include <pthread.h>

static int count;

static void *turn(void *unused)
{
	unsigned own = 0;
	count++;
	for (;;)
		own++;
	return unused;
}

static void *add(void *unused)
{
	count++;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, turn, 0);
	pthread_create(&b, 0, add, 0);
	pthread_join(b, 0);
	return 0;
}
