#ifndef ANNEAL_PLATFORM_H
#define ANNEAL_PLATFORM_H

// What the operating systems do under different names, under one: Linux (glibc, musl), Darwin and WASI. AnnealPlatform
// is its only user, and has the documentation for readers. This part is C because the differences are differences of
// the C headers, and because a signal handler must run no Swift.
//
// Where nothing else is said, a call gives a number of 0 or more, or an error number made negative. Calls that a signal
// interrupts are made again.

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANNEAL_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define ANNEAL_NONNULL_END _Pragma("clang assume_nonnull end")

ANNEAL_NONNULL_BEGIN

// MARK: errors

enum {
    ANNEAL_MISSING = ENOENT,
    ANNEAL_NOT_FOLDER = ENOTDIR,
    ANNEAL_IS_FOLDER = EISDIR,
    ANNEAL_EXISTS = EEXIST,
    ANNEAL_CLOSED_PIPE = EPIPE,
    ANNEAL_NO_DEVICE = ENODEV,
    ANNEAL_DISK_FULL = ENOSPC,
    ANNEAL_LINK_LOOP = ELOOP,
    ANNEAL_INPUT_OUTPUT = EIO,
};

/// Writes the system's words for an error number, ended by a zero.
void anneal_error_text(int code, char *text, size_t capacity);

// MARK: files

enum anneal_access {
    anneal_access_read,
    /// As read, and never waits for somebody to write where the file is a pipe.
    anneal_access_read_without_waiting,
    /// Write what is there.
    anneal_access_write,
    /// Make a file that is not there yet.
    anneal_access_create,
    /// Write a file, which is made where it is missing.
    anneal_access_write_or_create,
    /// Write behind what is there; made where it is missing.
    anneal_access_append,
};

enum anneal_kind { anneal_kind_file, anneal_kind_folder, anneal_kind_link, anneal_kind_other };

struct anneal_status {
    enum anneal_kind kind;
    /// Bits of permission, with those for another user or group.
    uint32_t mode;
    uint32_t user;
    uint32_t group;
    int64_t byte_count;
    uint64_t device;
    uint64_t file;
    /// Nanoseconds since 1970.
    int64_t modified;
    int64_t changed;
};

int anneal_file_open(const char *path, enum anneal_access access, unsigned mode);
int anneal_file_close(int file);
/// Waits where a descriptor that does not wait has nothing to give.
int64_t anneal_file_read(int file, void *bytes, size_t count);
int64_t anneal_file_read_at(int file, void *bytes, size_t count, int64_t offset);
/// All bytes, or an error.
int anneal_file_write(int file, const void *bytes, size_t count);
int anneal_file_write_at(int file, const void *bytes, size_t count, int64_t offset);
/// The place where the next byte is read or written, moved by `distance`.
int64_t anneal_file_seek(int file, int64_t distance);
int64_t anneal_file_seek_to(int file, int64_t offset);
int anneal_file_truncate(int file, int64_t length);
/// To the disk.
int anneal_file_sync(int file);
/// A lock against other processes, not waited for; it ends with the descriptor.
int anneal_file_lock(int file);
int anneal_file_status(int file, struct anneal_status *status);
int anneal_file_set_mode(int file, uint32_t mode);
int anneal_file_set_owner(int file, uint32_t user, uint32_t group);
bool anneal_file_is_terminal(int file);
/// Whether every write goes to the end.
bool anneal_file_appends(int file);
/// Whether a read would have to wait.
bool anneal_file_would_wait(int file);
/// A file without a name, for reading and writing.
int anneal_file_unnamed(const char *folder);

int anneal_path_status(const char *path, bool follow, struct anneal_status *status);
int anneal_path_rename(const char *from, const char *to);
int anneal_path_remove(const char *path);
/// Makes a folder whose parent is there.
int anneal_path_make_folder(const char *path);
int anneal_path_is_readable(const char *path);
int anneal_path_is_executable(const char *path);
/// The absolute path without links, to be freed; null with the error.
char *_Nullable anneal_path_real(const char *path, int *error);
/// What a link names, to be freed; null with the error.
char *_Nullable anneal_path_link(const char *path, int *error);

/// A folder to be read to its end; null with the error.
void *_Nullable anneal_folder_open(const char *path, int *error);
/// The next name, or null at the end (error 0) or with an error. Valid until the next call.
const char *_Nullable anneal_folder_next(void *folder, int *error);
void anneal_folder_close(void *folder);

// MARK: half-written files

/// Has the file removed if a signal ends the process, once ``anneal_partial_watch_signals`` was called. To be called
/// before the file is made, else a signal in between would leave it.
/// @returns a token for ``anneal_partial_forget``.
void *anneal_partial_remember(const char *path);
void anneal_partial_forget(void *token);
/// Interrupt, termination and hang-up remove half-written files, and then do what they would have done.
void anneal_partial_watch_signals(void);

// MARK: memory

size_t anneal_page_size(void);
/// The bytes of a file for reading; null with the error. `count` is above 0.
void *_Nullable anneal_map_file(int file, size_t count, int *error);
/// Zeroed memory that begins at a multiple of `alignment`, a power of two of at least a page; null if there is none.
void *_Nullable anneal_map_zeroed(size_t count, size_t alignment);
void anneal_unmap(void *start, size_t count);

enum anneal_advice { anneal_advice_large_pages, anneal_advice_populate, anneal_advice_release };
/// Advice only: nothing depends on whether it is taken. `start` is at a page.
void anneal_advise(void *start, size_t count, enum anneal_advice advice);

void *anneal_resize(void *_Nullable memory, size_t count);
void anneal_free_memory(void *_Nullable memory);
/// The place of the first such byte; `count` if there is none.
size_t anneal_find_byte(const void *bytes, size_t count, uint8_t byte);

// MARK: threads

/// Starts a thread; its handle in `*thread`, or an error.
int anneal_thread_start(
    void (*body)(void *), void *context, size_t stack_byte_count, void *_Nullable *_Nonnull thread);
void anneal_thread_join(void *thread);
int anneal_thread_available(void);

void *anneal_lock_make(void);
void anneal_lock_free(void *lock);
void anneal_lock_lock(void *lock);
void anneal_lock_unlock(void *lock);

void *anneal_condition_make(void);
void anneal_condition_free(void *condition);
void anneal_condition_wait(void *condition, void *lock);
void anneal_condition_signal(void *condition);
void anneal_condition_broadcast(void *condition);

/// The lock that `fork` takes first and both sides release.
void anneal_fork_lock(void);
void anneal_fork_unlock(void);
/// How many forks lie between the process that first took the lock and this one. To be asked for under the lock.
uint32_t anneal_fork_count(void);

// MARK: process

/// The arguments as the system gave them, `*count` of them with the program's name; null where the system does not tell.
char *_Nullable *_Nullable anneal_arguments(int *count);
const char *_Nullable anneal_environment(const char *name);
/// Replaces the process; comes back with an error only.
int anneal_execute(const char *path, char *_Nullable *_Nonnull arguments);
_Noreturn void anneal_exit(int status);
/// Starts a command line of the shell's. It reads `input`; what it writes can be read from `*output`, which is the caller's
/// to close. @returns a number for ``anneal_shell_wait``.
int anneal_shell_start(const char *command, int input, int *output);
/// Waits for its end: the exit status, or 256 and the number of the signal that ended it.
int anneal_shell_wait(int command);
/// Runs a command of the shell with a file as its input, and collects what it writes to its output.
/// @returns how many bytes that are, at most `capacity`. `*status` is as of ``anneal_shell_wait``;
/// or -1 if it has filled the room or taken longer, and was ended.
int64_t anneal_run(const char *command, int input, void *bytes, size_t capacity, double seconds, int *status);
int anneal_raise_file_limit(void);
/// From now on writing where nobody reads is an error, and ends nothing.
void anneal_ignore_closed_pipes(void);

double anneal_monotonic_seconds(void);
/// Bytes that nobody can guess.
int anneal_random_bytes(void *bytes, size_t count);

// MARK: mathematics, as the C library has it

float anneal_exp_float(float x);
float anneal_tanh_float(float x);
double anneal_exp(double x);
double anneal_tanh(double x);
double anneal_log(double x);
double anneal_log1p(double x);
double anneal_log2(double x);
double anneal_cos(double x);
double anneal_pow(double x, double y);

ANNEAL_NONNULL_END

#endif
