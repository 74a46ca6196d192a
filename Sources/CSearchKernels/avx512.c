// AVX-512: the AVX2 kernel at twice the width.

#include "platform.h"

#if ANNEAL_HAS_AVX512

#if defined(ANNEAL_KERNELS_SIMDE)
#include "emulated_avx512.h"
#else
#include <immintrin.h>
#endif

ANNEAL_TARGET("avx512f,avx512bw,avx512vl")
static void dots(const int8_t *rows, size_t count, size_t dimension, const int8_t *query, int32_t *dots) {
    // The query is widened once.
    int16_t wide[INDEX_DIMENSION_LIMIT];
    for (size_t j = 0; j < dimension; j++) {
        wide[j] = query[j];
    }
    const size_t whole = dimension - dimension % 64;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + i * dimension;
        __m512i first = _mm512_setzero_si512(), second = first;
        for (size_t j = 0; j < whole; j += 64) {
            __builtin_prefetch(row + j + INDEX_PREFETCH_BYTES, 0, 0);
            const __m512i x = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + j)));
            const __m512i y = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + j + 32)));
            const __m512i p = _mm512_loadu_si512(wide + j);
            const __m512i q = _mm512_loadu_si512(wide + j + 32);
            first = _mm512_add_epi32(first, _mm512_madd_epi16(x, p));
            second = _mm512_add_epi32(second, _mm512_madd_epi16(y, q));
        }
        int32_t sum = _mm512_reduce_add_epi32(_mm512_add_epi32(first, second));
        for (size_t j = whole; j < dimension; j++) {
            sum += (int32_t)row[j] * query[j];
        }
        dots[i] = sum;
    }
}

const index_kernel index_kernel_avx512 = {"avx512", dots};

#endif
