#ifndef ANNEAL_KERNELS_PLATFORM_H
#define ANNEAL_KERNELS_PLATFORM_H

// Which instruction sets this build carries. ANNEAL_KERNELS_SIMDE is set only by the script that checks the kernels of
// other processors: it compiles the same files against emulated intrinsics.

#include "anneal_kernels.h"

#if defined(ANNEAL_KERNELS_SIMDE)
#define ANNEAL_HAS_AVX2 1
#define ANNEAL_HAS_AVX512 1
#define ANNEAL_HAS_NEON 1
#define ANNEAL_TARGET(features)
#else
#if defined(__x86_64__)
#define ANNEAL_HAS_AVX2 1
#define ANNEAL_HAS_AVX512 1
#endif
#if defined(__aarch64__)
#define ANNEAL_HAS_NEON 1
#endif
#define ANNEAL_TARGET(features) __attribute__((target(features)))
#endif

#define ANNEAL_INLINE static inline __attribute__((always_inline))

// The tables, one a file.
extern const anneal_kernel anneal_kernel_portable;
#if defined(ANNEAL_HAS_AVX2)
extern const anneal_kernel anneal_kernel_avx2;
#endif
#if defined(ANNEAL_HAS_AVX512)
extern const anneal_kernel anneal_kernel_avx512;
#endif
#if defined(ANNEAL_HAS_NEON)
extern const anneal_kernel anneal_kernel_neon;
#endif

// Rows are asked for this many positions before they are added, whole: the rows of a table larger than the caches
// arrive while the rows before them are being added.
#define ANNEAL_PREFETCH_ROWS 8

#endif
