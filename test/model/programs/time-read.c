// expect: assertion
// whether the other has slept before can be told by the clock
#include <assert.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static void *sleeps(void *unused)
{
	sleep(10);
	return unused;
}

int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, sleeps, 0);
	assert(time(0) < 5);
	pthread_join(thread, 0);
	assert(time(0) >= 5);
	return 0;
}
