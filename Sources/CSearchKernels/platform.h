#ifndef ANNEAL_INDEX_PLATFORM_H
#define ANNEAL_INDEX_PLATFORM_H

// Which instruction sets this build carries. ANNEAL_KERNELS_SIMDE is set only by the script that checks the kernels of
// other processors: it compiles the same files against emulated intrinsics.

#include "search_kernels.h"

#if defined(ANNEAL_KERNELS_SIMDE)
#define INDEX_HAS_AVX2 1
#define INDEX_HAS_AVX512 1
#define INDEX_HAS_NEON 1
#define INDEX_TARGET(features)
#else
#if defined(__x86_64__)
#define INDEX_HAS_AVX2 1
#define INDEX_HAS_AVX512 1
#endif
#if defined(__aarch64__)
#define INDEX_HAS_NEON 1
#endif
#define INDEX_TARGET(features) __attribute__((target(features)))
#endif

extern const index_kernel index_kernel_portable;
#if defined(INDEX_HAS_AVX2)
extern const index_kernel index_kernel_avx2;
#endif
#if defined(INDEX_HAS_AVX512)
extern const index_kernel index_kernel_avx512;
#endif
#if defined(INDEX_HAS_NEON)
extern const index_kernel index_kernel_neon;
#endif

// Rows stream from memory once: each is asked for so many bytes before it is read.
#define INDEX_PREFETCH_BYTES 2048

#endif
