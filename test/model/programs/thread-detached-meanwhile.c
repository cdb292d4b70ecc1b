// A thread is detached while another waits to join it.
// expect: lock-misuse
#include <pthread.h>
#include <semaphore.h>

static pthread_t waited_for;
static sem_t detached;

static void *waits(void *unused)
{
	sem_wait(&detached);
	return unused;
}

static void *detaches(void *unused)
{
	pthread_detach(waited_for);
	sem_post(&detached);
	return unused;
}

int main(void)
{
	pthread_t other;

	sem_init(&detached, 0, 0);
	pthread_create(&waited_for, 0, waits, 0);
	pthread_create(&other, 0, detaches, 0);
	pthread_join(waited_for, 0);
	pthread_join(other, 0);
	return 0;
}
