// WebAssembly's vectors of 128 bits: two rows at a time, interleaved as 16-bit pairs, so that one dot instruction takes
// both into 32 bits. No prefetch: the machine has none.

#include "lanes.h"
#include "row_pairs.h"

#if ANNEAL_HAS_WASM128

#include <wasm_simd128.h>

// Sixteen values of two rows, added to four vectors of four sums, in their order: bytes are interleaved before they are
// widened.
ANNEAL_INLINE void add_group(v128_t first, v128_t second, v128_t gains, v128_t sums[4]) {
    const v128_t low =
        wasm_i8x16_shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const v128_t high =
        wasm_i8x16_shuffle(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const v128_t pairs[4] = {wasm_i16x8_extend_low_i8x16(low), wasm_i16x8_extend_high_i8x16(low),
                             wasm_i16x8_extend_low_i8x16(high), wasm_i16x8_extend_high_i8x16(high)};
    for (int q = 0; q < 4; q++) {
        sums[q] = wasm_i32x4_add(sums[q], wasm_i32x4_dot_i16x8(pairs[q], gains));
    }
}

ANNEAL_INLINE void load_sums(v128_t *sums, const int32_t *acc, int count) {
    for (int q = 0; q < count; q++) {
        sums[q] = wasm_v128_load(acc + 4 * q);
    }
}

ANNEAL_INLINE void store_sums(const v128_t *sums, int32_t *acc, int count) {
    for (int q = 0; q < count; q++) {
        wasm_v128_store(acc + 4 * q, sums[q]);
    }
}

// 32 dimensions over all rows: eight vectors of sums, as many as the registers of any processor below have room for.
static void accumulate(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain, size_t count,
                       int32_t *acc) {
    for (size_t j = 0; j < dimension; j += 32) {
        v128_t sums[8];
        load_sums(sums, acc + j, 8);
        for (size_t k = 0; k < count; k += 2) {
            const anneal_row_pair pair = anneal_pair_rows(index, gain, k, count);
            const v128_t gains = wasm_i32x4_splat(pair.gains);
            const int8_t *first = rows + pair.first * dimension + j;
            const int8_t *second = rows + pair.second * dimension + j;
            add_group(wasm_v128_load(first), wasm_v128_load(second), gains, sums);
            add_group(wasm_v128_load(first + 16), wasm_v128_load(second + 16), gains, sums + 4);
        }
        store_sums(sums, acc + j, 8);
    }
}

static void accumulate_packed(const uint8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                              size_t count, int32_t *acc) {
    const size_t half = dimension / 2;
    const v128_t mask = wasm_u8x16_const_splat(0xF0);
    for (size_t j = 0; j < half; j += 16) {
        v128_t upper[4], lower[4];
        load_sums(upper, acc + j, 4);
        load_sums(lower, acc + half + j, 4);
        for (size_t k = 0; k < count; k += 2) {
            const anneal_row_pair pair = anneal_pair_rows(index, gain, k, count);
            const v128_t gains = wasm_i32x4_splat(pair.gains);
            const v128_t first = wasm_v128_load(rows + pair.first * half + j);
            const v128_t second = wasm_v128_load(rows + pair.second * half + j);
            add_group(wasm_v128_and(first, mask), wasm_v128_and(second, mask), gains, upper);
            add_group(wasm_v128_and(wasm_i16x8_shl(first, 4), mask), wasm_v128_and(wasm_i16x8_shl(second, 4), mask),
                      gains, lower);
        }
        store_sums(upper, acc + j, 4);
        store_sums(lower, acc + half + j, 4);
    }
}

// The sums of 256 signed bytes, and what is left of them without one key, fit 16 bits exactly.
static void context_sum(const int8_t *codes, const uint32_t *index, size_t count, int32_t *sum) {
    v128_t keys[4];
    for (int q = 0; q < 4; q++) {
        keys[q] = wasm_i16x8_const_splat(0);
    }
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        for (int q = 0; q < 4; q++) {
            keys[q] = wasm_i16x8_add(keys[q], wasm_i16x8_load8x8(key + 8 * q));
        }
    }
    for (int q = 0; q < 4; q++) {
        wasm_v128_store(sum + 8 * q, wasm_i32x4_extend_low_i16x8(keys[q]));
        wasm_v128_store(sum + 8 * q + 4, wasm_i32x4_extend_high_i16x8(keys[q]));
    }
}

ANNEAL_INLINE int64_t lane_sum(v128_t lanes) {
    return (int64_t)wasm_i32x4_extract_lane(lanes, 0) + wasm_i32x4_extract_lane(lanes, 1) +
           wasm_i32x4_extract_lane(lanes, 2) + wasm_i32x4_extract_lane(lanes, 3);
}

static void context_dots(const int8_t *codes, const uint32_t *index, size_t count, const int32_t *sum, int32_t *dots) {
    v128_t keys[4];
    for (int q = 0; q < 4; q++) {
        keys[q] = wasm_i16x8_narrow_i32x4(wasm_v128_load(sum + 8 * q), wasm_v128_load(sum + 8 * q + 4));
    }
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        const int8_t *query = key + ANNEAL_CONTEXT_CODE_WIDTH;
        v128_t dot = wasm_i32x4_const_splat(0);
        for (int q = 0; q < 4; q++) {
            const v128_t others = wasm_i16x8_sub(keys[q], wasm_i16x8_load8x8(key + 8 * q));
            dot = wasm_i32x4_add(dot, wasm_i32x4_dot_i16x8(wasm_i16x8_load8x8(query + 8 * q), others));
        }
        dots[i] = (int32_t)lane_sum(dot);
    }
}

// A lane adds at most 128 pairs of products of at most 2^22: it stays inside 32 bits.
static anneal_products row_products(const int8_t *row, const int16_t *values, size_t dimension) {
    v128_t with_values = wasm_i32x4_const_splat(0), with_itself = with_values;
    for (size_t j = 0; j < dimension; j += 8) {
        const v128_t x = wasm_i16x8_load8x8(row + j);
        with_values = wasm_i32x4_add(with_values, wasm_i32x4_dot_i16x8(x, wasm_v128_load(values + j)));
        with_itself = wasm_i32x4_add(with_itself, wasm_i32x4_dot_i16x8(x, x));
    }
    const anneal_products products = {lane_sum(with_values), lane_sum(with_itself)};
    return products;
}

ANNEAL_INLINE v128_t two_doubles(const int32_t *values) {
    return wasm_f64x2_convert_low_i32x4(wasm_v128_load64_zero(values));
}

static double square_sum(const int32_t *values, size_t count) {
    v128_t sums[8];
    for (int q = 0; q < 8; q++) {
        sums[q] = wasm_f64x2_const_splat(0);
    }
    const size_t whole = count - count % ANNEAL_SQUARE_LANES;
    for (size_t j = 0; j < whole; j += ANNEAL_SQUARE_LANES) {
        for (int q = 0; q < 8; q++) {
            const v128_t value = two_doubles(values + j + 2 * q);
            const v128_t square = wasm_f64x2_mul(value, value);
            sums[q] = wasm_f64x2_add(sums[q], square);
        }
    }
    double lanes[ANNEAL_SQUARE_LANES];
    for (int q = 0; q < 8; q++) {
        wasm_v128_store(lanes + 2 * q, sums[q]);
    }
    return anneal_close_lanes(lanes, values, whole, count);
}

static void scale(const int32_t *values, size_t count, double factor, float *out) {
    const v128_t factors = wasm_f64x2_splat(factor);
    size_t j = 0;
    for (; j + 2 <= count; j += 2) {
        const v128_t scaled = wasm_f32x4_demote_f64x2_zero(wasm_f64x2_mul(two_doubles(values + j), factors));
        wasm_v128_store64_lane(out + j, scaled, 0);
    }
    for (; j < count; j++) {
        out[j] = (float)((double)values[j] * factor);
    }
}

static void add_rows(const float *rows, size_t dimension, const uint32_t *index, const float *factor, size_t count,
                     float *sum) {
    anneal_add_rows(rows, dimension, index, factor, count, sum);
}

const anneal_kernel anneal_kernel_wasm128 = {
    "wasm128", accumulate, accumulate_packed, context_sum, context_dots, row_products, square_sum, scale, add_rows};

#endif
