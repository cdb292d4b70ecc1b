// expect: use-after-free
// the lock lies in what the other frees
#include <pthread.h>
#include <stdlib.h>

struct object { pthread_mutex_t lock; };

static void *locks(void *object)
{
	pthread_mutex_lock(&((struct object *)object)->lock);
	pthread_mutex_unlock(&((struct object *)object)->lock);
	return 0;
}

int main(void)
{
	struct object *object = malloc(sizeof(*object));
	pthread_t thread;
	pthread_mutex_init(&object->lock, 0);
	pthread_create(&thread, 0, locks, object);
	free(object);
	pthread_join(thread, 0);
	return 0;
}
