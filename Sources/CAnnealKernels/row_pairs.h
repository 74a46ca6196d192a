#ifndef ANNEAL_KERNELS_ROW_PAIRS_H
#define ANNEAL_KERNELS_ROW_PAIRS_H

// Rows two at a time, for instructions that multiply pairs of 16-bit numbers and add the products.

#include "platform.h"

typedef struct {
    size_t first;
    size_t second;
    /// The first row's gain in the lower half, the second's in the upper.
    int32_t gains;
} anneal_row_pair;

/// Rows `k` and `k + 1` of a list. The last row of an odd count is paired with itself at a gain of zero.
ANNEAL_INLINE anneal_row_pair anneal_pair_rows(const uint32_t *index, const int16_t *gain, size_t k, size_t count) {
    const size_t next = k + 1 < count ? k + 1 : k;
    const uint32_t next_gain = k + 1 < count ? (uint16_t)gain[next] : 0;
    const anneal_row_pair pair = {index[k], index[next], (int32_t)((uint16_t)gain[k] | next_gain << 16)};
    return pair;
}

#endif
