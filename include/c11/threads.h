/* SPDX-License-Identifier: Apache-2.0 */
/* threads.h of the model machine: C11 7.26, on top of pthread.h. */
#ifndef MILLRACE_THREADS_H
#define MILLRACE_THREADS_H
#include <errno.h>
#include <pthread.h>
#include <sched.h>

enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain, mtx_recursive, mtx_timed };

typedef pthread_t thrd_t;
typedef int (*thrd_start_t)(void *);
typedef pthread_mutex_t mtx_t;
typedef pthread_cond_t cnd_t;
typedef pthread_key_t tss_t;
typedef void (*tss_dtor_t)(void *);
typedef pthread_once_t once_flag;
#define ONCE_FLAG_INIT PTHREAD_ONCE_INIT
#define thread_local _Thread_local
#define TSS_DTOR_ITERATIONS 4

static inline int __millrace_thrd(int error)
{
	return error == 0 ? thrd_success : error == EBUSY ? thrd_busy : error == ETIMEDOUT ? thrd_timedout : thrd_error;
}

static inline int thrd_create(thrd_t *thread, thrd_start_t start, void *argument)
{
	return __millrace_thrd(pthread_create(thread, 0, (void *(*)(void *))start, argument));
}

static inline int thrd_join(thrd_t thread, int *result)
{
	void *value = 0;
	int error = pthread_join(thread, &value);
	if (result)
		*result = (int)value;
	return __millrace_thrd(error);
}

static inline int thrd_detach(thrd_t thread) { return __millrace_thrd(pthread_detach(thread)); }
static inline int thrd_equal(thrd_t a, thrd_t b) { return pthread_equal(a, b); }
static inline thrd_t thrd_current(void) { return pthread_self(); }
static inline void thrd_yield(void) { sched_yield(); }
static inline int thrd_sleep(const struct timespec *duration, struct timespec *rest) { return nanosleep(duration, rest); }
static inline _Noreturn void thrd_exit(int result) { pthread_exit((void *)result); }

static inline int mtx_init(mtx_t *mutex, int type)
{
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
	return __millrace_thrd(pthread_mutex_init(mutex, &attributes));
}

static inline void mtx_destroy(mtx_t *mutex) { pthread_mutex_destroy(mutex); }
static inline int mtx_lock(mtx_t *mutex) { return __millrace_thrd(pthread_mutex_lock(mutex)); }
static inline int mtx_trylock(mtx_t *mutex) { return __millrace_thrd(pthread_mutex_trylock(mutex)); }
static inline int mtx_unlock(mtx_t *mutex) { return __millrace_thrd(pthread_mutex_unlock(mutex)); }
static inline int mtx_timedlock(mtx_t *mutex, const struct timespec *limit)
{
	return __millrace_thrd(pthread_mutex_timedlock(mutex, limit));
}

static inline int cnd_init(cnd_t *condition) { return __millrace_thrd(pthread_cond_init(condition, 0)); }
static inline void cnd_destroy(cnd_t *condition) { pthread_cond_destroy(condition); }
static inline int cnd_signal(cnd_t *condition) { return __millrace_thrd(pthread_cond_signal(condition)); }
static inline int cnd_broadcast(cnd_t *condition) { return __millrace_thrd(pthread_cond_broadcast(condition)); }
static inline int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
	return __millrace_thrd(pthread_cond_wait(condition, mutex));
}
static inline int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *limit)
{
	return __millrace_thrd(pthread_cond_timedwait(condition, mutex, limit));
}

static inline void call_once(once_flag *flag, void (*routine)(void)) { pthread_once(flag, routine); }

static inline int tss_create(tss_t *key, tss_dtor_t destructor)
{
	return __millrace_thrd(pthread_key_create(key, destructor));
}
static inline void tss_delete(tss_t key) { pthread_key_delete(key); }
static inline void *tss_get(tss_t key) { return pthread_getspecific(key); }
static inline int tss_set(tss_t key, void *value) { return __millrace_thrd(pthread_setspecific(key, value)); }
#endif
