// expect: assertion
#include <pthread.h>
#include <assert.h>

extern int __VERIFIER_nondet_int(void);

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
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, first, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
