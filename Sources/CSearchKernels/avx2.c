// AVX2: 32 bytes of a row at a time, widened to 16 bits; one multiply-add takes pairs of products into 32 bits.

#include "platform.h"

#if ANNEAL_HAS_AVX2

#if defined(ANNEAL_KERNELS_SIMDE)
#include <simde/x86/avx2.h>
#else
#include <immintrin.h>
#endif

ANNEAL_TARGET("avx2")
static void dots(const int8_t *rows, size_t count, size_t dimension, const int8_t *query, int32_t *dots) {
    // The query is widened once.
    int16_t wide[INDEX_DIMENSION_LIMIT];
    for (size_t j = 0; j < dimension; j++) {
        wide[j] = query[j];
    }
    const size_t whole = dimension - dimension % 32;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + i * dimension;
        __m256i first = _mm256_setzero_si256(), second = first;
        for (size_t j = 0; j < whole; j += 32) {
            __builtin_prefetch(row + j + INDEX_PREFETCH_BYTES, 0, 0);
            const __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + j)));
            const __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + j + 16)));
            const __m256i p = _mm256_loadu_si256((const __m256i *)(wide + j));
            const __m256i q = _mm256_loadu_si256((const __m256i *)(wide + j + 16));
            first = _mm256_add_epi32(first, _mm256_madd_epi16(x, p));
            second = _mm256_add_epi32(second, _mm256_madd_epi16(y, q));
        }
        const __m256i both = _mm256_add_epi32(first, second);
        __m128i sums = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
        sums = _mm_add_epi32(sums, _mm_shuffle_epi32(sums, 0x4E));
        sums = _mm_add_epi32(sums, _mm_shuffle_epi32(sums, 0xB1));
        int32_t sum = _mm_cvtsi128_si32(sums);
        for (size_t j = whole; j < dimension; j++) {
            sum += (int32_t)row[j] * query[j];
        }
        dots[i] = sum;
    }
}

const index_kernel index_kernel_avx2 = {"avx2", dots};

#endif
