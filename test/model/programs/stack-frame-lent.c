// expect: none
#include <pthread.h>

static void *uses(void *lent)
{
	*(int *)lent = 2;
	return 0;
}

int main(void)
{
	int own = 1;
	pthread_t thread;
	pthread_create(&thread, 0, uses, &own);
	pthread_join(thread, 0);
	return own - 2;
}
