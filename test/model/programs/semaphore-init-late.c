// expect: deadlock lock-misuse
// interleavings: 2
// a post that comes before sem_init() is lost
#include <pthread.h>
#include <semaphore.h>

static sem_t ready;

static void *posts(void *unused)
{
	sem_post(&ready);
	return unused;
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, posts, 0);
	sem_init(&ready, 0, 0);
	sem_wait(&ready);
	pthread_join(thread, 0);
	return 0;
}
