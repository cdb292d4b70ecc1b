// expect: data-race
#include <pthread.h>
#include <semaphore.h>
#include <assert.h>

static sem_t items;
static int data;

static void *first(void *unused)
{
	sem_wait(&items);
	data++;
	sem_post(&items);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	sem_init(&items, 0, 2);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
