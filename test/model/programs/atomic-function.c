// expect: none
// interleavings: 2
// A function of such a name is one step, and orders what it does with others of its kind.
#include <assert.h>
#include <pthread.h>

static int count;

static void __VERIFIER_atomic_add(int number)
{
	int old = count;
	if (number == 0)
		return;
	count = old + number;
}

static void *add(void *unused)
{
	__VERIFIER_atomic_add(1);
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, add, 0);
	pthread_create(&b, 0, add, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(count == 2);
	return 0;
}
