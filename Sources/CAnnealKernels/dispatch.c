// Which table runs: asked of the processor, never of the build.

#include <stdlib.h>
#include <string.h>

#include "platform.h"

#if !defined(ANNEAL_KERNELS_SIMDE)

const anneal_kernel *anneal_kernel_available(size_t position) {
    const anneal_kernel *tables[4];
    size_t count = 0;
#if defined(ANNEAL_HAS_AVX512)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
        tables[count++] = &anneal_kernel_avx512;
    }
#endif
#if defined(ANNEAL_HAS_AVX2)
    if (__builtin_cpu_supports("avx2")) {
        tables[count++] = &anneal_kernel_avx2;
    }
#endif
#if defined(ANNEAL_HAS_NEON)
    // Part of every arm64 processor.
    tables[count++] = &anneal_kernel_neon;
#endif
    tables[count++] = &anneal_kernel_portable;
    return position < count ? tables[position] : NULL;
}

const anneal_kernel *anneal_kernel_fastest(void) { return anneal_kernel_available(0); }

const anneal_kernel *anneal_kernel_named(const char *name) {
    for (size_t position = 0;; position++) {
        const anneal_kernel *table = anneal_kernel_available(position);
        if (table == NULL || strcmp(table->name, name) == 0) {
            return table;
        }
    }
}

const char *anneal_kernel_forced_name(void) {
    const char *name = getenv("ANNEAL_KERNEL");
    return name != NULL && name[0] != '\0' ? name : NULL;
}

#endif
