// expect: assertion
// A loop of looks that comes to its end does not wait for anybody.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int a[10], flag;
static void *first(void *unused)
{
	int s = 0;
	for (int i = 0; i < 10; i++)
		s += atomic_load(&a[i]);
	atomic_store(&flag, 1);
	return unused;
}
static void *second(void *unused)
{
	assert(atomic_load(&flag) == 0);
	return unused;
}
int main(void)
{
	pthread_t x, y;
	pthread_create(&x, 0, first, 0);
	pthread_create(&y, 0, second, 0);
	pthread_join(x, 0);
	pthread_join(y, 0);
	return 0;
}
