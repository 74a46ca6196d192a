// AVX2: two rows at a time, interleaved as 16-bit pairs, so that one multiply-add instruction takes both into 32 bits.

#include "lanes.h"
#include "row_pairs.h"

#if ANNEAL_HAS_AVX2

#if defined(ANNEAL_KERNELS_SIMDE)
#include <simde/x86/avx2.h>
#else
#include <immintrin.h>
#endif

#define AVX2 ANNEAL_TARGET("avx2")

// Sixteen values of two rows, added to two vectors of eight sums. Unpacking works in halves of 128 bits, so `low` holds
// the sums of values 0-3 and 8-11, `high` those of 4-7 and 12-15, until `store_group` puts them in order.
AVX2 ANNEAL_INLINE void add_group(const int8_t *first, const int8_t *second, __m256i gains, __m256i *low,
                                  __m256i *high) {
    const __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)first));
    const __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)second));
    *low = _mm256_add_epi32(*low, _mm256_madd_epi16(_mm256_unpacklo_epi16(x, y), gains));
    *high = _mm256_add_epi32(*high, _mm256_madd_epi16(_mm256_unpackhi_epi16(x, y), gains));
}

AVX2 ANNEAL_INLINE void store_group(__m256i low, __m256i high, int32_t *acc) {
    __m256i *out = (__m256i *)acc;
    const __m256i x = _mm256_permute2x128_si256(low, high, 0x20);
    const __m256i y = _mm256_permute2x128_si256(low, high, 0x31);
    _mm256_storeu_si256(out, _mm256_add_epi32(_mm256_loadu_si256(out), x));
    _mm256_storeu_si256(out + 1, _mm256_add_epi32(_mm256_loadu_si256(out + 1), y));
}

// One block of `groups` * 16 dimensions over all rows; the sums stay in registers (8 of the 16 for 64 dimensions).
// `ahead` bytes of the rows to come are asked for.
AVX2 ANNEAL_INLINE void add_block(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                                  size_t count, int32_t *acc, const int groups, size_t ahead) {
    __m256i low[4], high[4];
    for (int g = 0; g < groups; g++) {
        low[g] = high[g] = _mm256_setzero_si256();
    }
    for (size_t k = 0; k < count; k += 2) {
        const anneal_row_pair pair = anneal_pair_rows(index, gain, k, count);
        const __m256i gains = _mm256_set1_epi32(pair.gains);
        const int8_t *first = rows + pair.first * dimension;
        const int8_t *second = rows + pair.second * dimension;
        if (ahead > 0 && k + ANNEAL_PREFETCH_ROWS + 1 < count) {
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS] * dimension, ahead);
            anneal_prefetch_row(rows + (size_t)index[k + ANNEAL_PREFETCH_ROWS + 1] * dimension, ahead);
        }
        for (int g = 0; g < groups; g++) {
            add_group(first + 16 * g, second + 16 * g, gains, &low[g], &high[g]);
        }
    }
    for (int g = 0; g < groups; g++) {
        store_group(low[g], high[g], acc + 16 * g);
    }
}

AVX2 static void accumulate(const int8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
                            size_t count, int32_t *acc) {
    for (size_t k = 0; k < count && k < ANNEAL_PREFETCH_ROWS; k++) {
        anneal_prefetch_row(rows + (size_t)index[k] * dimension, dimension);
    }
    size_t j = 0;
    for (; j + 64 <= dimension; j += 64) {
        // The first block asks for whole rows: the later blocks then find them in the nearest cache.
        add_block(rows + j, dimension, index, gain, count, acc + j, 4, j == 0 ? dimension : 0);
    }
    if (j < dimension) {
        add_block(rows + j, dimension, index, gain, count, acc + j, 2, j == 0 ? dimension : 0);
    }
}

// Sixteen bytes of two packed rows: sixteen elements of their first halves and sixteen of their second.
AVX2 ANNEAL_INLINE void add_packed_group(const uint8_t *first, const uint8_t *second, __m256i gains, __m256i *low,
                                         __m256i *high) {
    const __m128i mask = _mm_set1_epi8((char)0xF0);
    const __m128i x = _mm_loadu_si128((const __m128i *)first);
    const __m128i y = _mm_loadu_si128((const __m128i *)second);
    const __m256i upper_x = _mm256_cvtepi8_epi16(_mm_and_si128(x, mask));
    const __m256i upper_y = _mm256_cvtepi8_epi16(_mm_and_si128(y, mask));
    const __m256i lower_x = _mm256_cvtepi8_epi16(_mm_and_si128(_mm_slli_epi16(x, 4), mask));
    const __m256i lower_y = _mm256_cvtepi8_epi16(_mm_and_si128(_mm_slli_epi16(y, 4), mask));
    low[0] = _mm256_add_epi32(low[0], _mm256_madd_epi16(_mm256_unpacklo_epi16(upper_x, upper_y), gains));
    high[0] = _mm256_add_epi32(high[0], _mm256_madd_epi16(_mm256_unpackhi_epi16(upper_x, upper_y), gains));
    low[1] = _mm256_add_epi32(low[1], _mm256_madd_epi16(_mm256_unpacklo_epi16(lower_x, lower_y), gains));
    high[1] = _mm256_add_epi32(high[1], _mm256_madd_epi16(_mm256_unpackhi_epi16(lower_x, lower_y), gains));
}

// One block of `groups` * 16 bytes over all packed rows; the sums stay in 4 * `groups` registers.
AVX2 ANNEAL_INLINE void add_packed_block(const uint8_t *rows, size_t half, const uint32_t *index, const int16_t *gain,
                                         size_t count, int32_t *acc, const int groups) {
    __m256i low[4], high[4];
    for (int g = 0; g < 2 * groups; g++) {
        low[g] = high[g] = _mm256_setzero_si256();
    }
    for (size_t k = 0; k < count; k += 2) {
        const anneal_row_pair pair = anneal_pair_rows(index, gain, k, count);
        const __m256i gains = _mm256_set1_epi32(pair.gains);
        const uint8_t *first = rows + pair.first * half;
        const uint8_t *second = rows + pair.second * half;
        for (int g = 0; g < groups; g++) {
            add_packed_group(first + 16 * g, second + 16 * g, gains, &low[2 * g], &high[2 * g]);
        }
    }
    for (int g = 0; g < groups; g++) {
        store_group(low[2 * g], high[2 * g], acc + 16 * g);
        store_group(low[2 * g + 1], high[2 * g + 1], acc + half + 16 * g);
    }
}

AVX2 static void accumulate_packed(const uint8_t *rows, size_t dimension, const uint32_t *index, const int16_t *gain,
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

AVX2 ANNEAL_INLINE __m256i code_half(const int8_t *codes) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)codes));
}

AVX2 static void context_sum(const int8_t *codes, const uint32_t *index, size_t count, int32_t *sum) {
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t i = 0; i < count; i++) {
        const int8_t *key = codes + (size_t)index[i] * ANNEAL_CONTEXT_CODE_BYTES;
        low = _mm256_add_epi16(low, code_half(key));
        high = _mm256_add_epi16(high, code_half(key + 16));
    }
    __m256i *out = (__m256i *)sum;
    _mm256_storeu_si256(out, _mm256_cvtepi16_epi32(_mm256_castsi256_si128(low)));
    _mm256_storeu_si256(out + 1, _mm256_cvtepi16_epi32(_mm256_extracti128_si256(low, 1)));
    _mm256_storeu_si256(out + 2, _mm256_cvtepi16_epi32(_mm256_castsi256_si128(high)));
    _mm256_storeu_si256(out + 3, _mm256_cvtepi16_epi32(_mm256_extracti128_si256(high, 1)));
}

// The sums of 256 signed bytes, and what is left of them without one key, fit 16 bits exactly.
AVX2 ANNEAL_INLINE __m256i item_dot(const int8_t *codes, uint32_t item, __m256i low, __m256i high) {
    const int8_t *key = codes + (size_t)item * ANNEAL_CONTEXT_CODE_BYTES;
    const int8_t *query = key + ANNEAL_CONTEXT_CODE_WIDTH;
    const __m256i x = _mm256_madd_epi16(code_half(query), _mm256_sub_epi16(low, code_half(key)));
    const __m256i y = _mm256_madd_epi16(code_half(query + 16), _mm256_sub_epi16(high, code_half(key + 16)));
    return _mm256_add_epi32(x, y);
}

AVX2 static void context_dots(const int8_t *codes, const uint32_t *index, size_t count, const int32_t *sum,
                              int32_t *dots) {
    const __m256i *in = (const __m256i *)sum;
    // Packing works in halves of 128 bits; the permutation puts the quarters in order.
    const __m256i low = _mm256_permute4x64_epi64(
        _mm256_packs_epi32(_mm256_loadu_si256(in), _mm256_loadu_si256(in + 1)), 0xD8);
    const __m256i high = _mm256_permute4x64_epi64(
        _mm256_packs_epi32(_mm256_loadu_si256(in + 2), _mm256_loadu_si256(in + 3)), 0xD8);
    for (size_t i = 0; i < count; i += 4) {
        // The items past the end repeat the last one; only the first `left` results are kept.
        const size_t left = count - i;
        const __m256i a = item_dot(codes, index[i], low, high);
        const __m256i b = item_dot(codes, index[left > 1 ? i + 1 : i], low, high);
        const __m256i c = item_dot(codes, index[left > 2 ? i + 2 : i], low, high);
        const __m256i d = item_dot(codes, index[left > 3 ? i + 3 : i], low, high);
        const __m256i four = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
        const __m128i result = _mm_add_epi32(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
        if (left >= 4) {
            _mm_storeu_si128((__m128i *)(dots + i), result);
        } else {
            int32_t last[4];
            _mm_storeu_si128((__m128i *)last, result);
            for (size_t k = 0; k < left; k++) {
                dots[i + k] = last[k];
            }
        }
    }
}

AVX2 ANNEAL_INLINE int64_t lane_sum(__m256i lanes) {
    int32_t values[8];
    _mm256_storeu_si256((__m256i *)values, lanes);
    int64_t total = 0;
    for (int l = 0; l < 8; l++) {
        total += values[l];
    }
    return total;
}

// A lane adds at most 64 pairs of products of at most 2^22: it stays inside 32 bits.
AVX2 static anneal_products row_products(const int8_t *row, const int16_t *values, size_t dimension) {
    __m256i with_values = _mm256_setzero_si256(), with_itself = with_values;
    for (size_t j = 0; j < dimension; j += 16) {
        const __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + j)));
        const __m256i y = _mm256_loadu_si256((const __m256i *)(values + j));
        with_values = _mm256_add_epi32(with_values, _mm256_madd_epi16(x, y));
        with_itself = _mm256_add_epi32(with_itself, _mm256_madd_epi16(x, x));
    }
    const anneal_products products = {lane_sum(with_values), lane_sum(with_itself)};
    return products;
}

AVX2 static double square_sum(const int32_t *values, size_t count) {
    __m256d sums[4];
    for (int q = 0; q < 4; q++) {
        sums[q] = _mm256_setzero_pd();
    }
    const size_t whole = count - count % ANNEAL_SQUARE_LANES;
    for (size_t j = 0; j < whole; j += ANNEAL_SQUARE_LANES) {
        for (int q = 0; q < 4; q++) {
            const __m256d value = _mm256_cvtepi32_pd(_mm_loadu_si128((const __m128i *)(values + j + 4 * q)));
            const __m256d square = _mm256_mul_pd(value, value);
            sums[q] = _mm256_add_pd(sums[q], square);
        }
    }
    double lanes[ANNEAL_SQUARE_LANES];
    for (int q = 0; q < 4; q++) {
        _mm256_storeu_pd(lanes + 4 * q, sums[q]);
    }
    return anneal_close_lanes(lanes, values, whole, count);
}

AVX2 static void scale(const int32_t *values, size_t count, double factor, float *out) {
    const __m256d factors = _mm256_set1_pd(factor);
    size_t j = 0;
    for (; j + 4 <= count; j += 4) {
        const __m256d value = _mm256_cvtepi32_pd(_mm_loadu_si128((const __m128i *)(values + j)));
        _mm_storeu_ps(out + j, _mm256_cvtpd_ps(_mm256_mul_pd(value, factors)));
    }
    for (; j < count; j++) {
        out[j] = (float)((double)values[j] * factor);
    }
}

AVX2 static void add_rows(const float *rows, size_t dimension, const uint32_t *index, const float *factor, size_t count,
                          float *sum) {
    anneal_add_rows(rows, dimension, index, factor, count, sum);
}

const anneal_kernel anneal_kernel_avx2 = {
    "avx2", accumulate, accumulate_packed, context_sum, context_dots, row_products, square_sum, scale, add_rows};

#endif
