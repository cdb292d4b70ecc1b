// expect: none
// interleavings: 1
#include <pthread.h>

static int large(void)
{
	volatile char bytes[2000000];
	bytes[0] = 1;
	bytes[1999999] = 2;
	return bytes[0];
}

static void *uses(void *unused)
{
	large();
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, uses, 0);
	pthread_create(&b, 0, uses, 0);
	large();
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
