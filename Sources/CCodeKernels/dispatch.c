// Which kernel runs; see anneal_dispatch.h.

#include "platform.h"

#define TABLES(X, kernel)                            \
    X(kernel, avx2, ANNEAL_HAS_AVX2, ANNEAL_RUNS_AVX2) \
    X(kernel, portable, 1, 1)

ANNEAL_DISPATCH(code_kernel, TABLES)
