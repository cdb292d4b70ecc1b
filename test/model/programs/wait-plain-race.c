// expect: data-race
// The flag is no operation at first: the loop must not keep the writer from its turn.
#include <pthread.h>

static int flag;

static void *worker(void *unused)
{
	flag = 1;
	return unused;
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, worker, 0);
	while (!flag)
		;
	pthread_join(thread, 0);
	return 0;
}
