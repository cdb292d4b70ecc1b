// A thread-local variable whose address another thread has is shared, and is no more once its thread has ended.
// expect: data-race use-after-free
#include <pthread.h>
#include <semaphore.h>

static __thread int own = 5;
static int *published;
static sem_t ready;

static void *worker(void *unused)
{
	published = &own;
	sem_post(&ready);
	own++;
	return unused;
}

int main(void)
{
	pthread_t thread;

	sem_init(&ready, 0, 0);
	pthread_create(&thread, 0, worker, 0);
	sem_wait(&ready);
	return *published;
}
