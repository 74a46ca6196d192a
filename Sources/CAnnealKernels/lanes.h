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

#endif
