// expect: data-race
// interleavings: 2
// A local variable that another thread has the address of, accessed by a pointer of its own.
#include <pthread.h>

struct pair {
	int first;
	int second;
};

static void *write_second(void *argument)
{
	((struct pair *)argument)->second = 1;
	return 0;
}

int main(void)
{
	pthread_t thread;
	struct pair pair = { 0, 0 };

	pthread_create(&thread, 0, write_second, &pair);
	pair.second = 2;
	pthread_join(thread, 0);
	return 0;
}
