// Lets the library run with glibc 2.28, where it is linked with a newer one. The Swift runtime asks for the newest version
// of each function; those below have older versions that do the same, and glibc keeps them for ever.
//
// Each function is defined here, seen inside the library only, and calls the old version. If the runtime comes to need
// another one, build_wheel.py gives the wheel the tag of a newer glibc, and Python/check.sh says so.

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OLD "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define OLD "GLIBC_2.17"
#endif

#define HIDDEN __attribute__((visibility("hidden")))
#define FORWARD(result, name, parameters, arguments)                 \
    result old_##name parameters;                                    \
    __asm__(".symver old_" #name ", " #name "@" OLD);                \
    HIDDEN result name parameters { return old_##name arguments; }

// 2.34 moved the libraries of threads and of loading into libc.
FORWARD(int, pthread_create, (void *thread, const void *attributes, void *(*start)(void *), void *argument),
        (thread, attributes, start, argument))
FORWARD(int, pthread_join, (unsigned long thread, void **result), (thread, result))
FORWARD(int, pthread_once, (void *once, void (*body)(void)), (once, body))
FORWARD(int, pthread_attr_getstack, (const void *attributes, void **start, size_t *size), (attributes, start, size))
FORWARD(int, pthread_attr_setstacksize, (void *attributes, size_t size), (attributes, size))
FORWARD(int, pthread_getattr_np, (unsigned long thread, void *attributes), (thread, attributes))
FORWARD(void *, sem_open, (const char *name, int flags, unsigned mode, unsigned value), (name, flags, mode, value))
FORWARD(int, dladdr, (const void *address, void *information), (address, information))
FORWARD(char *, dlerror, (void), ())
FORWARD(void *, dlopen, (const char *path, int mode), (path, mode))
FORWARD(void *, dlsym, (void *library, const char *name), (library, name))

// 2.29 and 2.35 changed how these report an error.
FORWARD(double, exp, (double x), (x))
FORWARD(double, exp2, (double x), (x))
FORWARD(double, log, (double x), (x))
FORWARD(double, log2, (double x), (x))
FORWARD(double, pow, (double x, double y), (x, y))
FORWARD(float, hypotf, (float x, float y), (x, y))

// Before 2.33 these were no functions of the library. The kernel's structure is glibc's on 64-bit machines.
struct stat;
HIDDEN int stat(const char *path, struct stat *found) { return (int)syscall(SYS_newfstatat, AT_FDCWD, path, found, 0); }
HIDDEN int lstat(const char *path, struct stat *found) {
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, found, AT_SYMLINK_NOFOLLOW);
}
HIDDEN int fstat(int file, struct stat *found) { return (int)syscall(SYS_newfstatat, file, "", found, AT_EMPTY_PATH); }

// libstdc++ of GCC 11: what `new` calls for arrays that no memory could hold.
HIDDEN _Noreturn void _ZSt28__throw_bad_array_new_lengthv(void) { abort(); }
