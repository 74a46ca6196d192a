#ifndef ANNEAL_DISPATCH_H
#define ANNEAL_DISPATCH_H

// How a target that has its loops for several instruction sets chooses among them: the processor is asked, never the build.
//
// Each set is a file, which defines a table of the loops and is compiled where ANNEAL_HAS_... is 1. The target's dispatch.c
// lists the tables, one a line, the fastest first, and makes the functions that hand them out:
//
//     #define TABLES(X, kernel) X(kernel, avx2, ANNEAL_HAS_AVX2, ANNEAL_RUNS_AVX2) X(kernel, portable, 1, 1)
//     ANNEAL_DISPATCH(index_kernel, TABLES)
//
// defines, over the tables index_kernel_avx2 and index_kernel_portable,
//
//     const index_kernel *index_kernel_available(size_t position); // those that run here; null behind the last
//     const char *index_kernel_known(size_t position);             // the names of all; null behind the last

#include <stddef.h>

// Which instruction sets this build carries, and whether this processor runs them. ANNEAL_KERNELS_SIMDE is set only by
// the script that checks the kernels of other processors: it compiles the same files against emulated intrinsics.
#if defined(ANNEAL_KERNELS_SIMDE)
#define ANNEAL_HAS_AVX512 1
#define ANNEAL_HAS_AVX2 1
#define ANNEAL_HAS_NEON 1
#define ANNEAL_TARGET(features)
#define ANNEAL_RUNS(feature) 1
#else
#if defined(__x86_64__)
#define ANNEAL_HAS_AVX512 1
#define ANNEAL_HAS_AVX2 1
#else
#define ANNEAL_HAS_AVX512 0
#define ANNEAL_HAS_AVX2 0
#endif
#if defined(__aarch64__)
#define ANNEAL_HAS_NEON 1
#else
#define ANNEAL_HAS_NEON 0
#endif
#define ANNEAL_TARGET(features) __attribute__((target(features)))
#define ANNEAL_RUNS(feature) __builtin_cpu_supports(feature)
#endif
// WebAssembly's vectors are chosen by the build: a machine without them refuses the module.
#if defined(__wasm_simd128__)
#define ANNEAL_HAS_WASM128 1
#else
#define ANNEAL_HAS_WASM128 0
#endif
#define ANNEAL_RUNS_AVX512 (ANNEAL_RUNS("avx512f") && ANNEAL_RUNS("avx512bw") && ANNEAL_RUNS("avx512vl"))
#define ANNEAL_RUNS_AVX2 ANNEAL_RUNS("avx2")
#define ANNEAL_RUNS_NEON 1 // Part of every arm64 processor.
#define ANNEAL_RUNS_WASM128 1

// `code` where `has` is 1, nothing where it is 0.
#define ANNEAL_WHEN(has, code) ANNEAL_WHEN_EXPANDED(has, code)
#define ANNEAL_WHEN_EXPANDED(has, code) ANNEAL_WHEN_##has(code)
#define ANNEAL_WHEN_0(code)
#define ANNEAL_WHEN_1(code) code

#define ANNEAL_DECLARE(kernel, set, has, runs) ANNEAL_WHEN(has, extern const kernel kernel##_##set;)
#define ANNEAL_OFFER(kernel, set, has, runs) ANNEAL_WHEN(has, if (runs) tables[count++] = &kernel##_##set;)
#define ANNEAL_NAME(kernel, set, has, runs) #set,

#define ANNEAL_DISPATCH(kernel, TABLES)                                                                                \
    TABLES(ANNEAL_DECLARE, kernel)                                                                                     \
    const char *kernel##_known(size_t position) {                                                                      \
        static const char *const names[] = {TABLES(ANNEAL_NAME, kernel) NULL};                                         \
        return position < sizeof names / sizeof *names ? names[position] : NULL;                                       \
    }                                                                                                                  \
    const kernel *kernel##_available(size_t position) {                                                                \
        const kernel *tables[8];                                                                                       \
        size_t count = 0;                                                                                              \
        TABLES(ANNEAL_OFFER, kernel)                                                                                   \
        return position < count ? tables[position] : NULL;                                                             \
    }

#endif
