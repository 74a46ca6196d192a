#ifndef ANNEAL_INDEX_KERNELS_H
#define ANNEAL_INDEX_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

/// The most numbers of a row: 4,096 products of magnitude 2^14 stay inside 32 bits.
#define INDEX_DIMENSION_LIMIT 4096

/// The loop of one instruction set. All give the same integers on the same input.
typedef struct index_kernel {
    /// "portable", "avx2", "avx512" or "neon".
    const char *_Nonnull name;

    /// dots[i] = sum over j of rows[i * dimension + j] * query[j], for i in 0 ..< count.
    /// - dimension <= INDEX_DIMENSION_LIMIT.
    void (*_Nonnull dots)(const int8_t *_Nonnull rows, size_t count, size_t dimension, const int8_t *_Nonnull query,
                          int32_t *_Nonnull dots);
} index_kernel;

/// The kernels that this processor runs, fastest first; null from `position` = their count on. The portable one always
/// runs.
const index_kernel *_Nullable index_kernel_available(size_t position);

#endif
