#include "anneal_platform.h"

#include <stdlib.h>
#ifndef __wasm__
#include <pthread.h>
#include <unistd.h>
#endif

#ifdef __wasm__

// One thread: nothing is ever started, so that nobody waits and every lock is free.
int anneal_thread_start(void (*body)(void *), void *context, size_t stack_byte_count, void **thread) {
    (void)body, (void)context, (void)stack_byte_count, (void)thread;
    return -ENOTSUP;
}
void anneal_thread_join(void *thread) { (void)thread; }
int anneal_thread_available(void) { return 1; }

static char no_lock;
void *anneal_lock_make(void) { return &no_lock; }
void anneal_lock_free(void *lock) { (void)lock; }
void anneal_lock_lock(void *lock) { (void)lock; }
void anneal_lock_unlock(void *lock) { (void)lock; }
void *anneal_condition_make(void) { return &no_lock; }
void anneal_condition_free(void *condition) { (void)condition; }
void anneal_condition_wait(void *condition, void *lock) { (void)condition, (void)lock, abort(); }
void anneal_condition_signal(void *condition) { (void)condition; }
void anneal_condition_broadcast(void *condition) { (void)condition; }
void anneal_fork_lock(void) {}
void anneal_fork_unlock(void) {}
uint32_t anneal_fork_count(void) { return 0; }

#else

struct thread {
    pthread_t handle;
    void (*body)(void *);
    void *context;
};

static void *run(void *argument) {
    struct thread *thread = argument;
    thread->body(thread->context);
    return NULL;
}

int anneal_thread_start(void (*body)(void *), void *context, size_t stack_byte_count, void **thread) {
    struct thread *started = anneal_resize(NULL, sizeof *started);
    started->body = body;
    started->context = context;
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (!error && stack_byte_count) error = pthread_attr_setstacksize(&attributes, stack_byte_count);
    if (!error) error = pthread_create(&started->handle, &attributes, run, started);
    pthread_attr_destroy(&attributes);
    if (error) free(started);
    else *thread = started;
    return -error;
}

void anneal_thread_join(void *thread) {
    pthread_join(((struct thread *)thread)->handle, NULL);
    free(thread);
}

int anneal_thread_available(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (int)count;
}

void *anneal_lock_make(void) {
    pthread_mutex_t *lock = anneal_resize(NULL, sizeof *lock);
    pthread_mutex_init(lock, NULL);
    return lock;
}

void anneal_lock_free(void *lock) {
    pthread_mutex_destroy(lock);
    free(lock);
}

void anneal_lock_lock(void *lock) { pthread_mutex_lock(lock); }
void anneal_lock_unlock(void *lock) { pthread_mutex_unlock(lock); }

void *anneal_condition_make(void) {
    pthread_cond_t *condition = anneal_resize(NULL, sizeof *condition);
    pthread_cond_init(condition, NULL);
    return condition;
}

void anneal_condition_free(void *condition) {
    pthread_cond_destroy(condition);
    free(condition);
}

void anneal_condition_wait(void *condition, void *lock) { pthread_cond_wait(condition, lock); }
void anneal_condition_signal(void *condition) { pthread_cond_signal(condition); }
void anneal_condition_broadcast(void *condition) { pthread_cond_broadcast(condition); }

static pthread_mutex_t fork_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fork_lock_once = PTHREAD_ONCE_INIT;
static uint32_t fork_count;

static void take_fork_lock(void) { pthread_mutex_lock(&fork_lock); }
void anneal_fork_unlock(void) { pthread_mutex_unlock(&fork_lock); }
static void begin_child(void) {
    fork_count++;
    anneal_fork_unlock();
}
static void register_fork_lock(void) { pthread_atfork(take_fork_lock, anneal_fork_unlock, begin_child); }
uint32_t anneal_fork_count(void) { return fork_count; }

void anneal_fork_lock(void) {
    pthread_once(&fork_lock_once, register_fork_lock);
    take_fork_lock();
}

#endif
