#define _GNU_SOURCE
#include "anneal_platform.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/random.h>
#endif
#ifndef __wasi__
#include <signal.h>
#include <sys/resource.h>
#endif

static int argument_count;
static char **arguments;

// The system hands the arguments to what runs before `main` (glibc, Darwin). Swift's own way reads a file below /proc,
// which a container need not have; then there would seem to be none.
#if defined(__GLIBC__) || defined(__APPLE__)
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}
#endif

#if defined(__linux__) && !defined(ANNEAL_WITHOUT_SWIFT_RUNTIME)
// The Swift runtime of a static executable looks up its own path below /proc before all else, and ends the process where
// there is none. It does not look where it is told.
__attribute__((constructor(101))) static void tell_root(void) {
    if (access("/proc/self/exe", F_OK) < 0) setenv("SWIFT_ROOT", "/", 0);
}
#endif

char **anneal_arguments(int *count) {
    *count = argument_count;
    return arguments;
}

const char *anneal_environment(const char *name) { return getenv(name); }

_Noreturn void anneal_exit(int status) { exit(status); }

double anneal_monotonic_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int anneal_random_bytes(void *bytes, size_t count) {
#if defined(__linux__)
    size_t done = 0;
    while (done < count) {
        ssize_t part = getrandom((char *)bytes + done, count - done, 0);
        if (part >= 0) done += (size_t)part;
        else if (errno != EINTR) return -errno;
    }
    return 0;
#elif defined(__APPLE__)
    arc4random_buf(bytes, count);
    return 0;
#else
    return getentropy(bytes, count) < 0 ? -errno : 0;
#endif
}

// MARK: half-written files

// A list that only grows: a place is taken and given back, and never freed, since a handler may be reading it.
struct partial {
    _Atomic(char *) path;
    struct partial *next;
};
static _Atomic(struct partial *) partials;

void *anneal_partial_remember(const char *path) {
    char *copy = anneal_resize(NULL, strlen(path) + 1);
    strcpy(copy, path);
    for (struct partial *place = atomic_load(&partials); place; place = place->next) {
        char *none = NULL;
        if (atomic_compare_exchange_strong(&place->path, &none, copy)) return place;
    }
    struct partial *place = anneal_resize(NULL, sizeof *place);
    atomic_init(&place->path, copy);
    place->next = atomic_load(&partials);
    while (!atomic_compare_exchange_weak(&partials, &place->next, place)) {}
    return place;
}

void anneal_partial_forget(void *token) {
    // The name is not freed: a handler on another thread may be reading it.
    atomic_store(&((struct partial *)token)->path, NULL);
}

#ifdef __wasi__

void anneal_partial_watch_signals(void) {}
int anneal_execute(const char *path, char **values) {
    (void)path, (void)values;
    return -ENOTSUP;
}
int anneal_raise_file_limit(void) { return 0; }
void anneal_ignore_closed_pipes(void) {}

#else

static void remove_partials(int number) {
    int error = errno;
    for (struct partial *place = atomic_load(&partials); place; place = place->next) {
        char *path = atomic_load(&place->path);
        if (path) unlink(path);
    }
    signal(number, SIG_DFL);
    raise(number);
    errno = error;
}

void anneal_partial_watch_signals(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
        struct sigaction action;
        // A signal that the parent told us to ignore (nohup) stays ignored, one that somebody handles stays theirs.
        if (sigaction(numbers[index], NULL, &action) < 0 || action.sa_handler != SIG_DFL) continue;
        signal(numbers[index], remove_partials);
    }
    // A limit on the size of files then is an error of the write, and not the end of the process.
    signal(SIGXFSZ, SIG_IGN);
}

int anneal_execute(const char *path, char **values) {
    execv(path, values);
    return -errno;
}

int anneal_raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

void anneal_ignore_closed_pipes(void) { signal(SIGPIPE, SIG_IGN); }

#endif
