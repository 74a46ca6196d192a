// Which table runs; see anneal_dispatch.h.

#include "anneal_dispatch.h"
#include "anneal_training.h"

#define TABLES(X, kernel)                                                          \
    X(kernel, avx2, ANNEAL_HAS_AVX2, ANNEAL_RUNS_AVX2 && ANNEAL_RUNS("fma"))       \
    X(kernel, portable, 1, 1)

ANNEAL_DISPATCH(anneal_training_kernel, TABLES)
