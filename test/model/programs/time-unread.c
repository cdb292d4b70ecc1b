// expect: none
// interleavings: 1
#include <pthread.h>
#include <unistd.h>

static void *sleeps(void *unused)
{
	usleep(10);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, sleeps, 0);
	pthread_create(&b, 0, sleeps, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
