// expect: data-race assertion
#include <assert.h>
#include <pthread.h>

static int count;

static void __VERIFIER_atomic_add(void)
{
	count = count + 1;
}

static void *add(void *unused)
{
	__VERIFIER_atomic_add();
	return unused;
}

static void *add_plainly(void *unused)
{
	count = count + 1;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, add, 0);
	pthread_create(&b, 0, add_plainly, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(count == 2);
	return 0;
}
