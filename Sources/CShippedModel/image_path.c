#define _GNU_SOURCE
#include "shipped_model.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

size_t anneal_image_path(char *path, size_t capacity) {
    Dl_info info;
    char resolved[PATH_MAX];
    const char *found = NULL;
    if (dladdr((const void *)&anneal_image_path, &info) && info.dli_fname && strchr(info.dli_fname, '/')) {
        found = realpath(info.dli_fname, resolved);
    }
#ifdef __linux__
    // A program found through PATH has no folder in its name; the kernel knows it, with /proc and without.
    if (!found) {
        ssize_t length = readlink("/proc/self/exe", resolved, sizeof resolved - 1);
        if (length > 0) {
            resolved[length] = 0;
            found = resolved;
        }
    }
    if (!found) {
        const char *executed = (const char *)getauxval(AT_EXECFN);
        if (executed) found = realpath(executed, resolved);
    }
#endif
    if (!found) return 0;
    size_t length = strlen(found);
    if (length >= capacity) return 0;
    memcpy(path, found, length + 1);
    return length;
}
