// expect: invalid-access
#include <pthread.h>
#include <stdlib.h>

static int *block;

static void *first(void *unused)
{
	block[1] = 1;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	block = malloc(sizeof(*block));
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
