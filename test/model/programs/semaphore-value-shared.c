// expect: data-race
// sem_getvalue() writes where it is told to
#include <pthread.h>
#include <semaphore.h>

static sem_t semaphore;
static int value;

static void *asks(void *unused)
{
	sem_getvalue(&semaphore, &value);
	return unused;
}

static void *looks(void *unused)
{
	return value == 1 ? unused : 0;
}

int main(void)
{
	pthread_t a, b;
	sem_init(&semaphore, 0, 1);
	pthread_create(&a, 0, asks, 0);
	pthread_create(&b, 0, looks, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
