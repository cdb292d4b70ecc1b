// expect: data-race
#include <pthread.h>

static pthread_spinlock_t lock;
static int counter;

static void *first(void *unused)
{
	pthread_spin_lock(&lock);
	pthread_spin_unlock(&lock);
	counter++;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
