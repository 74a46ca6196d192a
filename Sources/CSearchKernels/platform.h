#ifndef ANNEAL_INDEX_PLATFORM_H
#define ANNEAL_INDEX_PLATFORM_H

// What the kernels of all instruction sets share.

#include "anneal_dispatch.h"
#include "search_kernels.h"

// Rows stream from memory once: each is asked for so many bytes before it is read.
#define INDEX_PREFETCH_BYTES 2048

#endif
