// Which kernel runs; see anneal_dispatch.h.

#include "platform.h"

#define TABLES(X, kernel)                                        \
    X(kernel, avx512, ANNEAL_HAS_AVX512, ANNEAL_RUNS_AVX512)     \
    X(kernel, avx2, ANNEAL_HAS_AVX2, ANNEAL_RUNS_AVX2)           \
    X(kernel, neon, ANNEAL_HAS_NEON, ANNEAL_RUNS_NEON)           \
    X(kernel, portable, 1, 1)

ANNEAL_DISPATCH(index_kernel, TABLES)
