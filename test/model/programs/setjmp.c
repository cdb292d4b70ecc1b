// A jump leaves the functions between, keeps the last values of variables, and is each thread's own affair.
// expect: none
// interleavings: 1
#include <assert.h>
#include <pthread.h>
#include <setjmp.h>

static void deeper(jmp_buf where, int depth)
{
	if (depth == 0)
		longjmp(where, 7);
	deeper(where, depth - 1);
	assert(0);
}

static void *worker(void *start)
{
	jmp_buf where;
	volatile int rounds = 0;
	int value = setjmp(where);

	rounds++;
	if (value == 0)
		deeper(where, 3);
	assert(value == 7 || value == 1);
	if (rounds == 2)
		longjmp(where, 0);
	assert(rounds == 3 && value == 1);
	return start;
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
