// Which table runs; see anneal_dispatch.h.

#include <stdlib.h>
#include <string.h>

#include "platform.h"

#define TABLES(X, kernel)                                        \
    X(kernel, avx512, ANNEAL_HAS_AVX512, ANNEAL_RUNS_AVX512)     \
    X(kernel, avx2, ANNEAL_HAS_AVX2, ANNEAL_RUNS_AVX2)           \
    X(kernel, neon, ANNEAL_HAS_NEON, ANNEAL_RUNS_NEON)           \
    X(kernel, wasm128, ANNEAL_HAS_WASM128, ANNEAL_RUNS_WASM128)  \
    X(kernel, portable, 1, 1)

ANNEAL_DISPATCH(anneal_kernel, TABLES)

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
