// NEON (arm64): one row at a time, widened to 16 bits and multiplied into 32; 64 dimensions are held in 16 registers.

#include "lanes.h"

#if ANNEAL_HAS_NEON

#if defined(ANNEAL_KERNELS_SIMDE)
#include <simde/arm/neon.h>
#else
#include <arm_neon.h>
#endif

// Sixteen elements of a row, added to four vectors of four sums.
ANNEAL_INLINE void add_quarters(int32x4_t *sums, int8x16_t bytes, int16x4_t gain) {
    const int16x8_t x = vmovl_s8(vget_low_s8(bytes));
    const int16x8_t y = vmovl_s8(vget_high_s8(bytes));
    sums[0] = vmlal_s16(sums[0], vget_low_s16(x), gain);
    sums[1] = vmlal_s16(sums[1], vget_high_s16(x), gain);
    sums[2] = vmlal_s16(sums[2], vget_low_s16(y), gain);
    sums[3] = vmlal_s16(sums[3], vget_high_s16(y), gain);
}

// One block of `groups` * 16 dimensions over all rows; the sums stay in 4 * `groups` registers.
ANNEAL_INLINE void add_block(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                             size_t count, int32_t *acc, const int groups, size_t ahead) {
    int32x4_t sums[16];
    for (int q = 0; q < 4 * groups; q++) {
        sums[q] = vld1q_s32(acc + 4 * q);
    }
    for (size_t k = 0; k < count; k++) {
        if (ahead > 0 && k + ANNEAL_PREFETCH_ROWS < count) {
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS] * dimension, ahead);
        }
        const int8_t *row = rows + (size_t)index[k] * dimension;
        const int16x4_t g = vdup_n_s16(gain[k]);
        for (int q = 0; q < groups; q++) {
            add_quarters(sums + 4 * q, vld1q_s8(row + 16 * q), g);
        }
    }
    for (int q = 0; q < 4 * groups; q++) {
        vst1q_s32(acc + 4 * q, sums[q]);
    }
}

static void accumulate(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain, size_t count,
                       int32_t *acc) {
    for (size_t k = 0; k < count && k < ANNEAL_PREFETCH_ROWS; k++) {
        anneal_prefetch_row(rows + (size_t)index[k] * dimension, dimension);
    }
    size_t j = 0;
    for (; j + 64 <= dimension; j += 64) {
        add_block(rows + j, dimension, index, gain, count, acc + j, 4, j == 0 ? dimension : 0);
    }
    if (j < dimension) {
        add_block(rows + j, dimension, index, gain, count, acc + j, 2, j == 0 ? dimension : 0);
    }
}

// One block of `groups` * 16 bytes over all packed rows; the sums stay in 8 * `groups` registers.
ANNEAL_INLINE void add_packed_block(const uint8_t *rows, size_t half, const uint32_t *index, const int16_t *gain,
                                    size_t count, int32_t *acc, const int groups) {
    int32x4_t upper[8], lower[8];
    for (int q = 0; q < 4 * groups; q++) {
        upper[q] = vld1q_s32(acc + 4 * q);
        lower[q] = vld1q_s32(acc + half + 4 * q);
    }
    for (size_t k = 0; k < count; k++) {
        const uint8_t *row = rows + (size_t)index[k] * half;
        const int16x4_t g = vdup_n_s16(gain[k]);
        for (int q = 0; q < groups; q++) {
            const uint8x16_t bytes = vld1q_u8(row + 16 * q);
            add_quarters(upper + 4 * q, vreinterpretq_s8_u8(vandq_u8(bytes, vdupq_n_u8(0xF0))), g);
            add_quarters(lower + 4 * q, vreinterpretq_s8_u8(vshlq_n_u8(bytes, 4)), g);
        }
    }
    for (int q = 0; q < 4 * groups; q++) {
        vst1q_s32(acc + 4 * q, upper[q]);
        vst1q_s32(acc + half + 4 * q, lower[q]);
    }
}

static void accumulate_packed(const uint8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                              size_t count, int32_t *acc) {
    const size_t half = dimension / 2;
    for (size_t k = 0; k < count; k++) {
        anneal_prefetch_row(rows + (size_t)index[k] * half, half);
    }
    size_t j = 0;
    for (; j + 32 <= half; j += 32) {
        add_packed_block(rows + j, half, index, gain, count, acc + j, 2);
    }
    if (j < half) {
        add_packed_block(rows + j, half, index, gain, count, acc + j, 1);
    }
}

static void context_sum(const int8_t *codes, const uint32_t *index, size_t count, int32_t *sum) {
    int16x8_t keys[4];
    for (int q = 0; q < 4; q++) {
        keys[q] = vdupq_n_s16(0);
    }
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        for (int q = 0; q < 4; q++) {
            keys[q] = vaddw_s8(keys[q], vld1_s8(key + 8 * q));
        }
    }
    for (int q = 0; q < 4; q++) {
        vst1q_s32(sum + 8 * q, vmovl_s16(vget_low_s16(keys[q])));
        vst1q_s32(sum + 8 * q + 4, vmovl_s16(vget_high_s16(keys[q])));
    }
}

static void context_dots(const int8_t *codes, const uint32_t *index, size_t count, const int32_t *sum, int32_t *dots) {
    // The sums of 256 signed bytes, and what is left of them without one key, fit 16 bits exactly.
    int16x8_t keys[4];
    for (int q = 0; q < 4; q++) {
        keys[q] = vcombine_s16(vmovn_s32(vld1q_s32(sum + 8 * q)), vmovn_s32(vld1q_s32(sum + 8 * q + 4)));
    }
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        int32x4_t dot = vdupq_n_s32(0);
        for (int q = 0; q < 4; q++) {
            const int16x8_t others = vsubw_s8(keys[q], vld1_s8(key + 8 * q));
            const int16x8_t query = vmovl_s8(vld1_s8(key + ANNEAL_CONTEXT_CODE_WIDTH + 8 * q));
            dot = vmlal_s16(dot, vget_low_s16(query), vget_low_s16(others));
            dot = vmlal_s16(dot, vget_high_s16(query), vget_high_s16(others));
        }
        dots[i] = vaddvq_s32(dot);
    }
}

// A lane adds at most 256 products of at most 2^22: it stays inside 32 bits.
static anneal_products row_products(const int8_t *row, const int16_t *values, size_t dimension) {
    int32x4_t with_values = vdupq_n_s32(0), with_itself = with_values;
    for (size_t j = 0; j < dimension; j += 8) {
        const int16x8_t x = vmovl_s8(vld1_s8(row + j));
        const int16x8_t y = vld1q_s16(values + j);
        with_values = vmlal_s16(with_values, vget_low_s16(x), vget_low_s16(y));
        with_values = vmlal_s16(with_values, vget_high_s16(x), vget_high_s16(y));
        with_itself = vmlal_s16(with_itself, vget_low_s16(x), vget_low_s16(x));
        with_itself = vmlal_s16(with_itself, vget_high_s16(x), vget_high_s16(x));
    }
    const anneal_products products = {vaddlvq_s32(with_values), vaddlvq_s32(with_itself)};
    return products;
}

static double square_sum(const int32_t *values, size_t count) {
    float64x2_t sums[8];
    for (int q = 0; q < 8; q++) {
        sums[q] = vdupq_n_f64(0);
    }
    const size_t whole = count - count % ANNEAL_SQUARE_LANES;
    for (size_t j = 0; j < whole; j += ANNEAL_SQUARE_LANES) {
        for (int q = 0; q < 8; q++) {
            const float64x2_t value = vcvtq_f64_s64(vmovl_s32(vld1_s32(values + j + 2 * q)));
            const float64x2_t square = vmulq_f64(value, value);
            sums[q] = vaddq_f64(sums[q], square);
        }
    }
    double lanes[ANNEAL_SQUARE_LANES];
    for (int q = 0; q < 8; q++) {
        vst1q_f64(lanes + 2 * q, sums[q]);
    }
    return anneal_close_lanes(lanes, values, whole, count);
}

static void scale(const int32_t *values, size_t count, double factor, float *out) {
    const float64x2_t factors = vdupq_n_f64(factor);
    size_t j = 0;
    for (; j + 2 <= count; j += 2) {
        const float64x2_t value = vcvtq_f64_s64(vmovl_s32(vld1_s32(values + j)));
        vst1_f32(out + j, vcvt_f32_f64(vmulq_f64(value, factors)));
    }
    for (; j < count; j++) {
        out[j] = (float)((double)values[j] * factor);
    }
}

static void add_rows(const float *rows, size_t dimension, const uint32_t *index, const float *factor, size_t count,
                     float *sum) {
    anneal_add_rows(rows, dimension, index, factor, count, sum);
}

const anneal_kernel anneal_kernel_neon = {
    "neon", accumulate, accumulate_packed, context_sum, context_dots, row_products, square_sum, scale, add_rows};

#endif
