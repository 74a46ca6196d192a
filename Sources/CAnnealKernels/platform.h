#ifndef ANNEAL_KERNELS_PLATFORM_H
#define ANNEAL_KERNELS_PLATFORM_H

// What the kernels of all instruction sets share.

#include "anneal_dispatch.h"
#include "anneal_kernels.h"

#define ANNEAL_INLINE static inline __attribute__((always_inline))

// Rows are asked for this many positions before they are added, whole: the rows of a table larger than the caches
// arrive while the rows before them are being added.
#define ANNEAL_PREFETCH_ROWS 8

#endif
