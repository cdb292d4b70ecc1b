// expect: none
// A lock as verification tasks write it: an assumption within a section waits for the other side.
#include <assert.h>
#include <pthread.h>

extern void __VERIFIER_assume(int);
extern void __VERIFIER_atomic_begin(void);
extern void __VERIFIER_atomic_end(void);

static int held, inside;

static void __VERIFIER_atomic_acquire(void)
{
	__VERIFIER_atomic_begin();
	__VERIFIER_assume(held == 0);
	held = 1;
	__VERIFIER_atomic_end();
}

static void __VERIFIER_atomic_release(void)
{
	held = 0;
}

static void *work(void *unused)
{
	__VERIFIER_atomic_acquire();
	inside++;
	assert(inside == 1);
	inside--;
	__VERIFIER_atomic_release();
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, work, 0);
	pthread_create(&b, 0, work, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
