// expect: none
// interleavings: 2
// of the inputs 0, 1, 2 and -1 two are assumed
#include <pthread.h>
#include <assert.h>

extern int __VERIFIER_nondet_int(void);
extern void __VERIFIER_assume(int);

static int limit;

static void *first(void *unused)
{
	assert(limit > 0);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	limit = __VERIFIER_nondet_int();
	__VERIFIER_assume(limit > 0);
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
