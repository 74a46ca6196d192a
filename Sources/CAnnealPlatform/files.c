#define _GNU_SOURCE
#include "anneal_platform.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef __wasi__
#include <sys/file.h>
#endif

static int result(int value) { return value < 0 ? -errno : value; }

void anneal_error_text(int code, char *text, size_t capacity) {
    // strerror's own buffer may be shared between threads. glibc's strerror_r may use another buffer than the given one.
#if defined(__GLIBC__)
    char buffer[256];
    snprintf(text, capacity, "%s", strerror_r(code, buffer, sizeof buffer));
#else
    if (strerror_r(code, text, capacity) != 0) snprintf(text, capacity, "error %d", code);
#endif
}

int anneal_file_open(const char *path, enum anneal_access access, unsigned mode) {
    int flags = O_CLOEXEC;
    switch (access) {
    case anneal_access_read: flags |= O_RDONLY; break;
    case anneal_access_read_without_waiting: flags |= O_RDONLY | O_NONBLOCK; break;
    case anneal_access_write: flags |= O_WRONLY; break;
    case anneal_access_create: flags |= O_WRONLY | O_CREAT | O_EXCL; break;
    case anneal_access_write_or_create: flags |= O_WRONLY | O_CREAT; break;
    case anneal_access_append: flags |= O_WRONLY | O_CREAT | O_APPEND; break;
    }
    int file;
    do { file = open(path, flags, (mode_t)mode); } while (file < 0 && errno == EINTR);
    return result(file);
}

// Not made again after a signal: the descriptor may be closed already, and its number another's.
int anneal_file_close(int file) { return close(file) < 0 && errno != EINTR ? -errno : 0; }

/// Waits until a descriptor that does not wait is ready: a shell may have left a terminal or pipe like that.
static void wait_until_ready(int file, short events) {
    struct pollfd entry = {.fd = file, .events = events};
    (void)poll(&entry, 1, -1);
}

int64_t anneal_file_read(int file, void *bytes, size_t count) {
    while (true) {
        ssize_t done = read(file, bytes, count);
        if (done >= 0) return done;
        if (errno == EAGAIN) wait_until_ready(file, POLLIN);
        else if (errno != EINTR) return -errno;
    }
}

int64_t anneal_file_read_at(int file, void *bytes, size_t count, int64_t offset) {
    size_t done = 0;
    while (done < count) {
        ssize_t part = pread(file, (char *)bytes + done, count - done, (off_t)offset + (off_t)done);
        if (part == 0) break;
        if (part > 0) done += (size_t)part;
        else if (errno != EINTR) return -errno;
    }
    return (int64_t)done;
}

int anneal_file_write(int file, const void *bytes, size_t count) {
    // One call writes at most 2 GB on Linux, and says how much it did.
    size_t done = 0;
    while (done < count) {
        ssize_t part = write(file, (const char *)bytes + done, count - done);
        if (part >= 0) done += (size_t)part;
        else if (errno == EAGAIN) wait_until_ready(file, POLLOUT);
        else if (errno != EINTR) return -errno;
    }
    return 0;
}

int anneal_file_write_at(int file, const void *bytes, size_t count, int64_t offset) {
    size_t done = 0;
    while (done < count) {
        ssize_t part = pwrite(file, (const char *)bytes + done, count - done, (off_t)offset + (off_t)done);
        if (part >= 0) done += (size_t)part;
        else if (errno != EINTR) return -errno;
    }
    return 0;
}

int64_t anneal_file_seek(int file, int64_t distance) {
    off_t place = lseek(file, (off_t)distance, SEEK_CUR);
    return place < 0 ? -errno : place;
}

int64_t anneal_file_seek_to(int file, int64_t offset) {
    off_t place = lseek(file, (off_t)offset, SEEK_SET);
    return place < 0 ? -errno : place;
}

int anneal_file_truncate(int file, int64_t length) {
    int done;
    do { done = ftruncate(file, (off_t)length); } while (done < 0 && errno == EINTR);
    return result(done);
}

int anneal_file_sync(int file) {
    int done;
    do { done = fsync(file); } while (done < 0 && errno == EINTR);
    return result(done);
}

int anneal_file_lock(int file) {
#ifdef __wasi__
    (void)file;
    return 0; // No other process can be there.
#else
    int done;
    do { done = flock(file, LOCK_EX | LOCK_NB); } while (done < 0 && errno == EINTR);
    return result(done);
#endif
}

static void describe(const struct stat *from, struct anneal_status *status) {
    switch (from->st_mode & S_IFMT) {
    case S_IFREG: status->kind = anneal_kind_file; break;
    case S_IFDIR: status->kind = anneal_kind_folder; break;
    case S_IFLNK: status->kind = anneal_kind_link; break;
    default: status->kind = anneal_kind_other;
    }
    status->mode = from->st_mode & 07777;
    status->user = from->st_uid;
    status->group = from->st_gid;
    status->byte_count = from->st_size;
    status->device = (uint64_t)from->st_dev;
    status->file = (uint64_t)from->st_ino;
#ifdef __APPLE__
    const struct timespec modified = from->st_mtimespec, changed = from->st_ctimespec;
#else
    const struct timespec modified = from->st_mtim, changed = from->st_ctim;
#endif
    status->modified = (int64_t)modified.tv_sec * 1000000000 + modified.tv_nsec;
    status->changed = (int64_t)changed.tv_sec * 1000000000 + changed.tv_nsec;
}

int anneal_file_status(int file, struct anneal_status *status) {
    struct stat found;
    if (fstat(file, &found) < 0) return -errno;
    describe(&found, status);
    return 0;
}

int anneal_path_status(const char *path, bool follow, struct anneal_status *status) {
    struct stat found;
    if ((follow ? stat(path, &found) : lstat(path, &found)) < 0) return -errno;
    describe(&found, status);
    return 0;
}

int anneal_file_set_mode(int file, uint32_t mode) {
#ifdef __wasi__
    (void)file, (void)mode;
    return 0; // There are no permissions.
#else
    return result(fchmod(file, (mode_t)mode));
#endif
}

int anneal_file_set_owner(int file, uint32_t user, uint32_t group) {
#ifdef __wasi__
    (void)file, (void)user, (void)group;
    return 0;
#else
    return result(fchown(file, user, group));
#endif
}

bool anneal_file_is_terminal(int file) { return isatty(file) == 1; }

bool anneal_file_appends(int file) {
    int flags = fcntl(file, F_GETFL);
    return flags >= 0 && flags & O_APPEND;
}

bool anneal_file_would_wait(int file) {
    struct pollfd entry = {.fd = file, .events = POLLIN};
    return poll(&entry, 1, 0) == 0;
}

int anneal_file_unnamed(const char *folder) {
#ifdef __wasi__
    (void)folder;
    return -ENOTSUP;
#else
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/anneal-spool-XXXXXX", folder) >= (int)sizeof path) return -ENAMETOOLONG;
    int file = mkstemp(path);
    if (file < 0) return -errno;
    // Without a name as soon as it is open, so that nothing can leave it behind.
    unlink(path);
    (void)fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
#endif
}

int anneal_path_rename(const char *from, const char *to) { return result(rename(from, to)); }
int anneal_path_remove(const char *path) { return result(unlink(path)); }
int anneal_path_make_folder(const char *path) { return result(mkdir(path, 0777)); }
int anneal_path_is_readable(const char *path) { return result(access(path, R_OK)); }
int anneal_path_is_executable(const char *path) { return result(access(path, X_OK)); }

char *anneal_path_real(const char *path, int *error) {
    char *real = realpath(path, NULL);
    *error = real ? 0 : errno;
    return real;
}

char *anneal_path_link(const char *path, int *error) {
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    *error = length < 0 ? errno : 0;
    return length < 0 ? NULL : strndup(target, (size_t)length);
}

void *anneal_folder_open(const char *path, int *error) {
    DIR *folder = opendir(path);
    *error = folder ? 0 : errno;
    return folder;
}

const char *anneal_folder_next(void *folder, int *error) {
    while (true) {
        errno = 0;
        struct dirent *entry = readdir(folder);
        *error = entry ? 0 : errno;
        if (!entry) return NULL;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) return entry->d_name;
    }
}

void anneal_folder_close(void *folder) { closedir(folder); }
