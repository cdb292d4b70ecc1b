// expect: none
// In a task that names its errors abort() only ends what is not meant.
#include <pthread.h>

extern void abort(void);
static void reach_error(void) {}

static int turn;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *take(void *unused)
{
	pthread_mutex_lock(&mutex);
	if (turn > 0)
		abort();
	if (turn == 7) {
		reach_error();
		abort();
	}
	turn++;
	pthread_mutex_unlock(&mutex);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, take, 0);
	pthread_create(&b, 0, take, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
