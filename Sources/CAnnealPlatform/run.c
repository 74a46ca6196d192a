#define _GNU_SOURCE
#include "anneal_platform.h"

#include <fcntl.h>
#include <unistd.h>
#ifndef __wasi__
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#endif

#ifdef __wasi__

int64_t anneal_run(const char *command, int input, void *bytes, size_t capacity, double seconds, int *status) {
    (void)command, (void)input, (void)bytes, (void)capacity, (void)seconds, (void)status;
    return -ENOTSUP;
}

int anneal_shell_start(const char *command, int input, int *output) {
    (void)command, (void)input, (void)output;
    return -ENOTSUP;
}

int anneal_shell_wait(int command) {
    (void)command;
    return -ENOTSUP;
}

#else

#ifdef __APPLE__
// A dynamic library has no variable of that name there.
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
extern char **environ;
#endif

static int make_pipe(int ends[2]) {
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0;
#else
    if (pipe(ends) < 0) return -errno;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

/// Starts the shell. With `is_apart` in a group of its own, so that all that it starts can be ended together, with the
/// signals as they are by default and without a place for its messages.
static int start(const char *command, int input, int output, bool is_apart, pid_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawnattr_init(&attributes);
    if (is_apart) {
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    static const int numbers[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) sigaddset(&signals, numbers[index]);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    char *arguments[] = {"sh", "-c", (char *)command, NULL};
    int error = posix_spawn(child, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

/// The exit status, or 256 and the number of the signal that ended it.
static int ending_of(int status) { return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status); }

int anneal_shell_start(const char *command, int input, int *output) {
    int ends[2];
    int error = make_pipe(ends);
    if (error < 0) return error;
    pid_t child = 0;
    error = start(command, input, ends[1], false, &child);
    close(ends[1]);
    if (error < 0) {
        close(ends[0]);
        return error;
    }
    *output = ends[0];
    return (int)child;
}

int anneal_shell_wait(int command) {
    int status;
    while (waitpid(command, &status, 0) < 0) {
        if (errno != EINTR) return -errno;
    }
    return ending_of(status);
}

/// Reads until the end, the deadline, or no room is left.
/// @returns whether the end was seen.
static bool collect(int file, char *bytes, size_t capacity, double deadline, size_t *done) {
    while (*done < capacity) {
        double left = deadline - anneal_monotonic_seconds();
        if (left <= 0) return false;
        struct pollfd entry = {.fd = file, .events = POLLIN};
        if (poll(&entry, 1, (int)(left * 1000) + 1) <= 0) continue;
        ssize_t part = read(file, bytes + *done, capacity - *done);
        if (part == 0) return true;
        if (part > 0) *done += (size_t)part;
        else if (errno != EINTR && errno != EAGAIN) return false;
    }
    return false;
}

int64_t anneal_run(const char *command, int input, void *bytes, size_t capacity, double seconds, int *status) {
    double deadline = anneal_monotonic_seconds() + seconds;
    int ends[2];
    int error = make_pipe(ends);
    if (error < 0) return error;
    pid_t child = 0;
    error = start(command, input, ends[1], true, &child);
    close(ends[1]);
    if (error < 0) {
        close(ends[0]);
        return error;
    }
    size_t done = 0;
    bool is_whole = collect(ends[0], bytes, capacity, deadline, &done);
    close(ends[0]);
    int ending = 0;
    pid_t found = 0;
    // Who has closed its output need not have ended.
    while (is_whole && (found = waitpid(child, &ending, WNOHANG)) == 0) {
        if (anneal_monotonic_seconds() >= deadline) is_whole = false;
        else (void)poll(NULL, 0, 1);
    }
    if (!is_whole) {
        kill(-child, SIGKILL);
        do { found = waitpid(child, &ending, 0); } while (found < 0 && errno == EINTR);
        *status = -1;
        return (int64_t)done;
    }
    if (found < 0) return -errno;
    *status = ending_of(ending);
    return (int64_t)done;
}

#endif
