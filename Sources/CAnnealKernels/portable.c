// Plain C: the reference of every other kernel, and what runs where no other does.

#include <string.h>

#include "lanes.h"

static void accumulate(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain, size_t count,
                       int32_t *acc) {
    for (size_t k = 0; k < count; k++) {
        if (k + ANNEAL_PREFETCH_ROWS < count) {
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS] * dimension, dimension);
        }
        const int8_t *row = rows + (size_t)index[k] * dimension;
        const int16_t g = gain[k];
        for (size_t j = 0; j < dimension; j++) {
            acc[j] += (int32_t)g * row[j];
        }
    }
}

static void accumulate_packed(const uint8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                              size_t count, int32_t *acc) {
    const size_t half = dimension / 2;
    for (size_t k = 0; k < count; k++) {
        if (k + ANNEAL_PREFETCH_ROWS < count) {
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS] * half, half);
        }
        const uint8_t *row = rows + (size_t)index[k] * half;
        const int16_t g = gain[k];
        for (size_t j = 0; j < half; j++) {
            acc[j] += (int32_t)g * (int8_t)(row[j] & 0xF0);
            acc[j + half] += (int32_t)g * (int8_t)(uint8_t)(row[j] << 4);
        }
    }
}

static void context_sum(const int8_t *codes, const uint32_t *index, size_t count, int32_t *sum) {
    memset(sum, 0, ANNEAL_CONTEXT_CODE_WIDTH * sizeof *sum);
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        for (size_t j = 0; j < ANNEAL_CONTEXT_CODE_WIDTH; j++) {
            sum[j] += key[j];
        }
    }
}

static void context_dots(const int8_t *codes, const uint32_t *index, size_t count, const int32_t *sum, int32_t *dots) {
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        const int8_t *query = key + ANNEAL_CONTEXT_CODE_WIDTH;
        int32_t dot = 0;
        for (size_t j = 0; j < ANNEAL_CONTEXT_CODE_WIDTH; j++) {
            dot += query[j] * (sum[j] - key[j]);
        }
        dots[i] = dot;
    }
}

static anneal_products row_products(const int8_t *row, const int16_t *values, size_t dimension) {
    anneal_products products = {0, 0};
    for (size_t j = 0; j < dimension; j++) {
        products.with_values += (int32_t)row[j] * values[j];
        products.with_itself += (int32_t)row[j] * row[j];
    }
    return products;
}

static double square_sum(const int32_t *values, size_t count) {
    double lanes[ANNEAL_SQUARE_LANES] = {0};
    const size_t whole = count - count % ANNEAL_SQUARE_LANES;
    for (size_t j = 0; j < whole; j += ANNEAL_SQUARE_LANES) {
        for (size_t l = 0; l < ANNEAL_SQUARE_LANES; l++) {
            const double value = (double)values[j + l];
            const double square = value * value;
            lanes[l] += square;
        }
    }
    return anneal_close_lanes(lanes, values, whole, count);
}

static void scale(const int32_t *values, size_t count, double factor, float *out) {
    for (size_t j = 0; j < count; j++) {
        out[j] = (float)((double)values[j] * factor);
    }
}

static void add_rows(const float *rows, size_t dimension, const uint32_t *index, const float *factor, size_t count,
                     float *sum) {
    anneal_add_rows(rows, dimension, index, factor, count, sum);
}

const anneal_kernel anneal_kernel_portable = {
    "portable", accumulate, accumulate_packed, context_sum, context_dots, row_products, square_sum, scale, add_rows};
