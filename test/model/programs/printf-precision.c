// expect: none
// a precision says how much of a text is read at most
#include <pthread.h>
#include <stdio.h>

static char text[8] = "hi";

static void *prints(void *unused)
{
	printf("%.1s", text + 1);
	return unused;
}

static void *writes(void *unused)
{
	text[0] = 'H';
	return unused;
}

int main(void)
{
	pthread_t a, b;
	pthread_create(&a, 0, prints, 0);
	pthread_create(&b, 0, writes, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	return 0;
}
