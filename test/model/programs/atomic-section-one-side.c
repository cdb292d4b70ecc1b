// expect: data-race assertion
#include <pthread.h>

extern void __VERIFIER_atomic_begin(void);
extern void __VERIFIER_atomic_end(void);
extern void reach_error(void);

static int counter;

static void *first(void *unused)
{
	__VERIFIER_atomic_begin();
	counter++;
	__VERIFIER_atomic_end();
	return unused;
}

static void *second(void *unused)
{
	counter++;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	if (counter != 2)
		reach_error();
	return 0;
}
