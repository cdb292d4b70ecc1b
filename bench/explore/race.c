// Two threads that each add to one counter three times, without a lock.
#include <pthread.h>

static int counter;

static void *add(void *unused)
{
	for (int i = 0; i < 3; i++)
		counter++;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, add, 0);
	pthread_create(&b, 0, add, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
