// strtok() keeps where it stands in one place for all threads.
// expect: data-race invalid-access
// it may stand in what another thread has left
#include <pthread.h>
#include <string.h>

static void *worker(void *unused)
{
	char text[] = "a b";

	strtok(text, " ");
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, 0, worker, 0);
	pthread_create(&b, 0, worker, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
