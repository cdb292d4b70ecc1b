// expect: invalid-access data-race
#include <pthread.h>
#include <stddef.h>

static int value, *pointer = &value;

static void *first(void *unused)
{
	pointer = NULL;
	return unused;
}

static void *second(void *unused)
{
	*pointer = 1;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
