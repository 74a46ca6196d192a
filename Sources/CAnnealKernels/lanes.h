#ifndef ANNEAL_KERNELS_LANES_H
#define ANNEAL_KERNELS_LANES_H

// The one definition of how the lanes of a sum of squares are closed; every kernel ends with it.

#include "platform.h"

// A fused multiply-add would round once where the definition rounds twice.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/// Adds the values from `first` on to their lanes, then folds the lanes in halves.
ANNEAL_INLINE double anneal_close_lanes(double *lanes, const int32_t *values, size_t first, size_t count) {
    for (size_t j = first; j < count; j++) {
        const double value = (double)values[j];
        const double square = value * value;
        lanes[j % ANNEAL_SQUARE_LANES] += square;
    }
    for (size_t width = ANNEAL_SQUARE_LANES / 2; width > 0; width /= 2) {
        for (size_t l = 0; l < width; l++) {
            lanes[l] += lanes[l + width];
        }
    }
    return lanes[0];
}

/// Numbers of a sum that stay in registers while rows are added.
#define ANNEAL_SUM_BLOCK 32

/// The one definition of `add_rows`: a compiler makes wide loops of it where a kernel's functions have wide vectors.
ANNEAL_INLINE void anneal_add_rows(const float *rows, size_t dimension, const uint32_t *index, const float *factor,
                                   size_t count, float *sum) {
    size_t first = 0;
    for (; first + ANNEAL_SUM_BLOCK <= dimension; first += ANNEAL_SUM_BLOCK) {
        float block[ANNEAL_SUM_BLOCK];
        for (size_t j = 0; j < ANNEAL_SUM_BLOCK; j++) {
            block[j] = sum[first + j];
        }
        for (size_t k = 0; k < count; k++) {
            const float *row = rows + (size_t)index[k] * dimension + first;
            for (size_t j = 0; j < ANNEAL_SUM_BLOCK; j++) {
                const float product = factor[k] * row[j];
                block[j] += product;
            }
        }
        for (size_t j = 0; j < ANNEAL_SUM_BLOCK; j++) {
            sum[first + j] = block[j];
        }
    }
    for (; first < dimension; first++) {
        for (size_t k = 0; k < count; k++) {
            const float product = factor[k] * rows[(size_t)index[k] * dimension + first];
            sum[first] += product;
        }
    }
}

#endif
