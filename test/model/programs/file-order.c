// Two threads append to one file: what comes first is a matter of their order.
// expect: assertion
// interleavings: 2
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static int log_file;

static void *appender(void *letter)
{
	write(log_file, letter, 1);
	return 0;
}

int main(void)
{
	pthread_t a, b;
	char text[2];

	log_file = open("log", O_RDWR | O_CREAT);
	pthread_create(&a, 0, appender, "a");
	pthread_create(&b, 0, appender, "b");
	pthread_join(a, 0);
	pthread_join(b, 0);
	lseek(log_file, 0, SEEK_SET);
	assert(read(log_file, text, 2) == 2 && text[0] == 'a');
	return 0;
}
