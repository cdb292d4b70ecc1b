// expect: none
// interleavings: 2
#include <assert.h>
#include <inttypes.h>
#include <sys/time.h>
#include <threads.h>

static mtx_t mutex;
static int count;

static int add(void *number)
{
	mtx_lock(&mutex);
	count += (int)(intptr_t)number;
	mtx_unlock(&mutex);
	return 7;
}

int main(void)
{
	thrd_t a, b;
	int first, second;
	mtx_init(&mutex, mtx_plain);
	thrd_create(&a, add, (void *)1);
	thrd_create(&b, add, (void *)2);
	thrd_join(a, &first);
	thrd_join(b, &second);
	assert(count == 3 && first == 7 && second == 7);
	mtx_destroy(&mutex);
	return 0;
}
