// Which kernel runs: asked of the processor, never of the build.

#include "platform.h"

#if !defined(ANNEAL_KERNELS_SIMDE)

const index_kernel *index_kernel_available(size_t position) {
    const index_kernel *kernels[4];
    size_t count = 0;
#if defined(INDEX_HAS_AVX512)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
        kernels[count++] = &index_kernel_avx512;
    }
#endif
#if defined(INDEX_HAS_AVX2)
    if (__builtin_cpu_supports("avx2")) {
        kernels[count++] = &index_kernel_avx2;
    }
#endif
#if defined(INDEX_HAS_NEON)
    // Part of every arm64 processor.
    kernels[count++] = &index_kernel_neon;
#endif
    kernels[count++] = &index_kernel_portable;
    return position < count ? kernels[position] : NULL;
}

#endif
