// expect: none
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t taken;

static void *fails(void *unused)
{
	errno = 0;
	assert(sem_trywait(&taken) == -1 && errno == EAGAIN);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	sem_init(&taken, 0, 0);
	pthread_create(&a, 0, fails, 0);
	pthread_create(&b, 0, fails, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
