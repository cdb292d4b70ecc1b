// A bounded queue: one producer, one consumer, a lock and two conditions.
#include <pthread.h>

#define ITEMS 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER, item = PTHREAD_COND_INITIALIZER;
static int queue[2], used, sum;

static void *produce(void *unused)
{
	for (int i = 1; i <= ITEMS; i++) {
		pthread_mutex_lock(&lock);
		while (used == 2)
			pthread_cond_wait(&room, &lock);
		queue[used++] = i;
		pthread_cond_signal(&item);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static void *consume(void *unused)
{
	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&lock);
		while (used == 0)
			pthread_cond_wait(&item, &lock);
		sum += queue[--used];
		pthread_cond_signal(&room);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, produce, 0);
	pthread_create(&b, 0, consume, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
