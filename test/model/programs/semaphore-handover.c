// expect: none
// interleavings: 1
// the wait comes after the post, always
#include <pthread.h>
#include <semaphore.h>
#include <assert.h>

static sem_t items;
static int data;

static void *first(void *unused)
{
	data = 3;
	sem_post(&items);
	return unused;
}

static void *second(void *unused)
{
	sem_wait(&items);
	assert(data == 3);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	sem_init(&items, 0, 0);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
