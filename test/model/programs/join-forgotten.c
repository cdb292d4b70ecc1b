// expect: data-race
#include <pthread.h>

static int data;

static void *child(void *unused)
{
	data++;
	return unused;
}

int main(void)
{
	pthread_t a;
	pthread_create(&a, 0, child, 0);
	pthread_detach(a);
	data = 1;
	return 0;
}
