// expect: none
// What a section wrote before an assumption in it failed is seen by nobody.
#include <assert.h>
#include <pthread.h>

extern void __VERIFIER_assume(int);
extern void __VERIFIER_atomic_begin(void);
extern void __VERIFIER_atomic_end(void);

static int value, allowed;

static void *set(void *unused)
{
	__VERIFIER_atomic_begin();
	value = 1;
	__VERIFIER_assume(allowed);
	value = 2;
	__VERIFIER_atomic_end();
	return unused;
}

static void *look(void *unused)
{
	__VERIFIER_atomic_begin();
	assert(value != 1);
	allowed = 1;
	__VERIFIER_atomic_end();
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, set, 0);
	pthread_create(&b, 0, look, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	assert(value == 2);
	return 0;
}
