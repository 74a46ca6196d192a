// Loops that no instruction set repeats: they run once a window of a long text, or once a merge, not once a row.

#include "lanes.h"

void anneal_widen_add(const int32_t *values, size_t count, int64_t *totals) {
    for (size_t j = 0; j < count; j++) {
        totals[j] += values[j];
    }
}

anneal_shortened anneal_shorten(const int32_t *values, size_t count, int16_t *out) {
    uint32_t bits = 0;
    for (size_t j = 0; j < count; j++) {
        const uint32_t sign = (uint32_t)(values[j] >> 31);
        bits |= ((uint32_t)values[j] ^ sign) - sign;
    }
    const int width = bits == 0 ? 0 : 32 - __builtin_clz(bits);
    const int shift = width > 15 ? width - 15 : 0;
    uint64_t squares = 0;
    for (size_t j = 0; j < count; j++) {
        const int16_t value = (int16_t)(values[j] >> shift);
        out[j] = value;
        squares += (uint32_t)((int32_t)value * value);
    }
    const anneal_shortened result = {(int64_t)squares, shift};
    return result;
}

double anneal_square_sum_wide(const int64_t *values, size_t count) {
    double lanes[ANNEAL_SQUARE_LANES] = {0};
    for (size_t j = 0; j < count; j++) {
        const double value = (double)values[j];
        const double square = value * value;
        lanes[j % ANNEAL_SQUARE_LANES] += square;
    }
    return anneal_close_lanes(lanes, 0, 0, 0);
}

void anneal_scale_wide(const int64_t *values, size_t count, double factor, float *out) {
    for (size_t j = 0; j < count; j++) {
        out[j] = (float)((double)values[j] * factor);
    }
}

void anneal_merge(const int8_t *left, int32_t left_gain, const int8_t *right, int32_t right_gain, const int8_t *role,
                  size_t dimension, int32_t *acc) {
    const int64_t limit = 127 * 32767;
    const int8_t *a = role;
    const int8_t *b = a + dimension;
    const int8_t *c = b + dimension;
    for (size_t j = 0; j < dimension; j++) {
        const int64_t v = (int64_t)left_gain * left[j];
        const int64_t u = (int64_t)right_gain * right[j];
        // Signed right shifts are arithmetic in every compiler that this package is built with (clang and GCC say so).
        const int64_t sum = a[j] * v + b[j] * u + c[j] * ((v * u) >> 16) + 32;
        int64_t value = sum >> 6;
        value = value > limit ? limit : value;
        value = value < -limit ? -limit : value;
        acc[j] += (int32_t)value;
    }
}
