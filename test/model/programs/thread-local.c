// Each thread has variables of its own, which begin as written, whatever order the specifiers come in.
// expect: none
// interleavings: 2
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

int __thread calls;
static atomic_int begun;
static _Thread_local int table[3] = { 1, 2, 3 };
extern __thread long far;
__thread long far = 7;

static int next(void)
{
	static __thread int last = 40;

	return ++last;
}

static void *worker(void *start)
{
	assert(calls == 0 && table[2] == 3 && far == 7);
	atomic_fetch_add(&begun, 1);
	calls = 1;
	table[2]++;
	far += (int)start;
	assert(next() == 41 && next() == 42);
	assert(calls == 1 && table[2] == 4 && far == 7 + (int)start);
	return 0;
}

int main(void)
{
	pthread_t a, b;

	calls = 10;
	pthread_create(&a, 0, worker, (void *)1);
	pthread_create(&b, 0, worker, (void *)2);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(atomic_load(&begun) == 2);
	assert(calls == 10 && table[2] == 3 && far == 7);
	return 0;
}
