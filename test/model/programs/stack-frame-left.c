// expect: invalid-access
// of a thread that has ended
#include <pthread.h>

static int *left;

static void *leaves(void *unused)
{
	int own = 1;
	left = &own;
	return unused;
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, leaves, 0);
	pthread_join(thread, 0);
	return *left;
}
