// The one function that Embedded Swift asks a C library for and that glibc before 2.36 does not have.

#include <stdlib.h>

#include "anneal_platform.h"

/// The seeds of Swift's hash tables.
void arc4random_buf(void *bytes, size_t count) {
    if (anneal_random_bytes(bytes, count) < 0) abort();
}
