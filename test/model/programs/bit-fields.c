// expect: data-race
// bit-fields side by side are one memory location: C11 3.14
#include <pthread.h>

static struct { unsigned low : 4, high : 4; } fields;

static void *first(void *unused)
{
	fields.low = 1;
	return unused;
}

static void *second(void *unused)
{
	fields.high = 1;
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, first, 0);
	pthread_create(&b, 0, second, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
