// AVX-512: the pairing of the AVX2 kernel at twice the width; 256 dimensions are held in 16 of the 32 registers, so
// a row of the default model is read in one go.

#include "lanes.h"
#include "row_pairs.h"

#if ANNEAL_HAS_AVX512

#if defined(ANNEAL_KERNELS_SIMDE)
#include "emulated_avx512.h"
#else
#include <immintrin.h>
#endif

#define AVX512 ANNEAL_TARGET("avx512f,avx512bw,avx512vl")

// Thirty-two values of two rows, added to two vectors of sixteen sums; `low` holds values 0-3, 8-11, 16-19 and 24-27.
AVX512 ANNEAL_INLINE void add_group(const int8_t *first, const int8_t *second, __m512i gains, __m512i *low,
                                    __m512i *high) {
    const __m512i x = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)first));
    const __m512i y = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)second));
    *low = _mm512_add_epi32(*low, _mm512_madd_epi16(_mm512_unpacklo_epi16(x, y), gains));
    *high = _mm512_add_epi32(*high, _mm512_madd_epi16(_mm512_unpackhi_epi16(x, y), gains));
}

AVX512 ANNEAL_INLINE void store_group(__m512i low, __m512i high, int32_t *acc) {
    const __m512i order_x = _mm512_set_epi32(23, 22, 21, 20, 7, 6, 5, 4, 19, 18, 17, 16, 3, 2, 1, 0);
    const __m512i order_y = _mm512_set_epi32(31, 30, 29, 28, 15, 14, 13, 12, 27, 26, 25, 24, 11, 10, 9, 8);
    const __m512i x = _mm512_permutex2var_epi32(low, order_x, high);
    const __m512i y = _mm512_permutex2var_epi32(low, order_y, high);
    _mm512_storeu_si512(acc, _mm512_add_epi32(_mm512_loadu_si512(acc), x));
    _mm512_storeu_si512(acc + 16, _mm512_add_epi32(_mm512_loadu_si512(acc + 16), y));
}

// One block of `groups` * 32 dimensions over all rows; the sums stay in 2 * `groups` registers.
AVX512 ANNEAL_INLINE void add_block(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                                    size_t count, int32_t *acc, const int groups, size_t ahead) {
    __m512i low[8], high[8];
    for (int g = 0; g < groups; g++) {
        low[g] = high[g] = _mm512_setzero_si512();
    }
    for (size_t k = 0; k < count; k += 2) {
        const anneal_row_pair pair = anneal_pair_rows(index, gain, k, count);
        const __m512i gains = _mm512_set1_epi32(pair.gains);
        const int8_t *first = rows + pair.first * dimension;
        const int8_t *second = rows + pair.second * dimension;
        if (ahead > 0 && k + ANNEAL_PREFETCH_ROWS + 1 < count) {
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS] * dimension, ahead);
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS + 1] * dimension, ahead);
        }
        for (int g = 0; g < groups; g++) {
            add_group(first + 32 * g, second + 32 * g, gains, &low[g], &high[g]);
        }
    }
    for (int g = 0; g < groups; g++) {
        store_group(low[g], high[g], acc + 32 * g);
    }
}

AVX512 static void accumulate(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                              size_t count, int32_t *acc) {
    for (size_t k = 0; k < count && k < ANNEAL_PREFETCH_ROWS; k++) {
        anneal_prefetch_row(rows + (size_t)index[k] * dimension, dimension);
    }
    size_t j = 0;
    for (; j + 256 <= dimension; j += 256) {
        add_block(rows + j, dimension, index, gain, count, acc + j, 8, j == 0 ? dimension : 0);
    }
    for (; j + 64 <= dimension; j += 64) {
        add_block(rows + j, dimension, index, gain, count, acc + j, 2, j == 0 ? dimension : 0);
    }
    if (j < dimension) {
        add_block(rows + j, dimension, index, gain, count, acc + j, 1, j == 0 ? dimension : 0);
    }
}

// Thirty-two bytes of two packed rows: 32 elements of their first halves and 32 of their second.
AVX512 ANNEAL_INLINE void add_packed_group(const uint8_t *first, const uint8_t *second, __m512i gains, __m512i *low,
                                           __m512i *high) {
    const __m256i mask = _mm256_set1_epi8((char)0xF0);
    const __m256i x = _mm256_loadu_si256((const __m256i *)first);
    const __m256i y = _mm256_loadu_si256((const __m256i *)second);
    const __m512i upper_x = _mm512_cvtepi8_epi16(_mm256_and_si256(x, mask));
    const __m512i upper_y = _mm512_cvtepi8_epi16(_mm256_and_si256(y, mask));
    const __m512i lower_x = _mm512_cvtepi8_epi16(_mm256_and_si256(_mm256_slli_epi16(x, 4), mask));
    const __m512i lower_y = _mm512_cvtepi8_epi16(_mm256_and_si256(_mm256_slli_epi16(y, 4), mask));
    low[0] = _mm512_add_epi32(low[0], _mm512_madd_epi16(_mm512_unpacklo_epi16(upper_x, upper_y), gains));
    high[0] = _mm512_add_epi32(high[0], _mm512_madd_epi16(_mm512_unpackhi_epi16(upper_x, upper_y), gains));
    low[1] = _mm512_add_epi32(low[1], _mm512_madd_epi16(_mm512_unpacklo_epi16(lower_x, lower_y), gains));
    high[1] = _mm512_add_epi32(high[1], _mm512_madd_epi16(_mm512_unpackhi_epi16(lower_x, lower_y), gains));
}

// One block of `groups` * 32 bytes over all packed rows; the sums stay in 4 * `groups` registers.
AVX512 ANNEAL_INLINE void add_packed_block(const uint8_t *rows, size_t half, const uint32_t *index,
                                           const int16_t *gain, size_t count, int32_t *acc, const int groups) {
    __m512i low[8], high[8];
    for (int g = 0; g < 2 * groups; g++) {
        low[g] = high[g] = _mm512_setzero_si512();
    }
    for (size_t k = 0; k < count; k += 2) {
        const anneal_row_pair pair = anneal_pair_rows(index, gain, k, count);
        const __m512i gains = _mm512_set1_epi32(pair.gains);
        const uint8_t *first = rows + pair.first * half;
        const uint8_t *second = rows + pair.second * half;
        for (int g = 0; g < groups; g++) {
            add_packed_group(first + 32 * g, second + 32 * g, gains, &low[2 * g], &high[2 * g]);
        }
    }
    for (int g = 0; g < groups; g++) {
        store_group(low[2 * g], high[2 * g], acc + 32 * g);
        store_group(low[2 * g + 1], high[2 * g + 1], acc + half + 32 * g);
    }
}

AVX512 static void accumulate_packed(const uint8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                                     size_t count, int32_t *acc) {
    const size_t half = dimension / 2;
    for (size_t k = 0; k < count; k++) {
        anneal_prefetch_row(rows + (size_t)index[k] * half, half);
    }
    size_t j = 0;
    for (; j + 128 <= half; j += 128) {
        add_packed_block(rows + j, half, index, gain, count, acc + j, 4);
    }
    for (; j + 32 <= half; j += 32) {
        add_packed_block(rows + j, half, index, gain, count, acc + j, 1);
    }
    // Half of 32 dimensions is half a group: the last sixteen bytes are taken one by one.
    for (size_t k = 0; j < half && k < count; k++) {
        const uint8_t *row = rows + (size_t)index[k] * half;
        for (size_t i = j; i < half; i++) {
            acc[i] += (int32_t)gain[k] * (int8_t)(row[i] & 0xF0);
            acc[i + half] += (int32_t)gain[k] * (int8_t)(uint8_t)(row[i] << 4);
        }
    }
}

AVX512 ANNEAL_INLINE __m512i code_half(const int8_t *codes) {
    return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)codes));
}

AVX512 static void context_sum(const int8_t *codes, const uint32_t *index, size_t count, int32_t *sum) {
    __m512i keys = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i++) {
        keys = _mm512_add_epi16(keys, code_half(codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES));
    }
    _mm512_storeu_si512(sum, _mm512_cvtepi16_epi32(_mm512_castsi512_si256(keys)));
    _mm512_storeu_si512(sum + 16, _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(keys, 1)));
}

AVX512 static void context_dots(const int8_t *codes, const uint32_t *index, size_t count, const int32_t *sum,
                                int32_t *dots) {
    // The sums of 256 signed bytes, and what is left of them without one key, fit 16 bits exactly.
    const __m256i low = _mm512_cvtepi32_epi16(_mm512_loadu_si512(sum));
    const __m256i high = _mm512_cvtepi32_epi16(_mm512_loadu_si512(sum + 16));
    const __m512i keys = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        const __m512i others = _mm512_sub_epi16(keys, code_half(key));
        dots[i] = _mm512_reduce_add_epi32(
            _mm512_madd_epi16(code_half(key + ANNEAL_CONTEXT_CODE_WIDTH), others));
    }
}

AVX512 ANNEAL_INLINE int64_t lane_sum(__m512i lanes) {
    int32_t parts[16];
    _mm512_storeu_si512(parts, lanes);
    int64_t sum = 0;
    for (size_t i = 0; i < 16; i++) sum += parts[i];
    return sum;
}

// A lane adds at most 32 pairs of products of at most 2^22: it stays inside 32 bits, their sum may not.
AVX512 static anneal_products row_products(const int8_t *row, const int16_t *values, size_t dimension) {
    __m512i with_values = _mm512_setzero_si512(), with_itself = with_values;
    for (size_t j = 0; j < dimension; j += 32) {
        const __m512i x = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + j)));
        with_values = _mm512_add_epi32(with_values, _mm512_madd_epi16(x, _mm512_loadu_si512(values + j)));
        with_itself = _mm512_add_epi32(with_itself, _mm512_madd_epi16(x, x));
    }
    const anneal_products products = {lane_sum(with_values), lane_sum(with_itself)};
    return products;
}

AVX512 static double square_sum(const int32_t *values, size_t count) {
    __m512d first = _mm512_setzero_pd(), second = first;
    const size_t whole = count - count % ANNEAL_SQUARE_LANES;
    for (size_t j = 0; j < whole; j += ANNEAL_SQUARE_LANES) {
        const __m512d x = _mm512_cvtepi32_pd(_mm256_loadu_si256((const __m256i *)(values + j)));
        const __m512d y = _mm512_cvtepi32_pd(_mm256_loadu_si256((const __m256i *)(values + j + 8)));
        const __m512d square_x = _mm512_mul_pd(x, x);
        const __m512d square_y = _mm512_mul_pd(y, y);
        first = _mm512_add_pd(first, square_x);
        second = _mm512_add_pd(second, square_y);
    }
    double lanes[ANNEAL_SQUARE_LANES];
    _mm512_storeu_pd(lanes, first);
    _mm512_storeu_pd(lanes + 8, second);
    return anneal_close_lanes(lanes, values, whole, count);
}

AVX512 static void scale(const int32_t *values, size_t count, double factor, float *out) {
    const __m512d factors = _mm512_set1_pd(factor);
    size_t j = 0;
    for (; j + 8 <= count; j += 8) {
        const __m512d value = _mm512_cvtepi32_pd(_mm256_loadu_si256((const __m256i *)(values + j)));
        _mm256_storeu_ps(out + j, _mm512_cvtpd_ps(_mm512_mul_pd(value, factors)));
    }
    for (; j < count; j++) {
        out[j] = (float)((double)values[j] * factor);
    }
}

AVX512 static void add_rows(const float *rows, size_t dimension, const uint32_t *index, const float *factor, size_t count,
                            float *sum) {
    anneal_add_rows(rows, dimension, index, factor, count, sum);
}

const anneal_kernel anneal_kernel_avx512 = {
    "avx512", accumulate, accumulate_packed, context_sum, context_dots, row_products, square_sum, scale, add_rows};

#endif
