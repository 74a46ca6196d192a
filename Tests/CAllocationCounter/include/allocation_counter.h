#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

/// Allocations that the calling thread has made since it started: calls of malloc, calloc, realloc, posix_memalign and
/// aligned_alloc. Only with glibc; elsewhere always 0, which `allocation_counter_works` says.
uint64_t allocation_count(void);

/// Whether this build counts at all.
int allocation_counter_works(void);

#endif
