// AVX2: windows of 16 codes at a time. Their entries are looked up one by one: what limits a scan is that a processor
// does two or three look-ups a cycle. Gathers do no more, and cost more where they were made safe in microcode.

#include "platform.h"

#if ANNEAL_HAS_AVX2

#include <string.h>

#if defined(ANNEAL_KERNELS_SIMDE)
#include <simde/x86/avx2.h>
#else
#include <immintrin.h>
#endif

ANNEAL_TARGET("avx2")
static void sums(const uint8_t *codes, size_t count, const code_table *tables, size_t table_count, uint16_t *sums) {
    const __m256i mask = _mm256_set1_epi16(CODE_TABLE_ENTRIES - 1);
    memset(sums, 0, CODE_BLOCK * sizeof *sums);
    for (size_t t = 0; t < table_count; t++) {
        const code_columns columns = columns_of(codes, tables + t);
        const uint16_t *entries = tables[t].entries;
        const __m128i down = _mm_cvtsi32_si128((int)tables[t].shift);
        const __m128i up = _mm_cvtsi32_si128(16 - (int)tables[t].shift);
        for (size_t i = 0; i < count; i += 16) {
            const __m256i low = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(columns.bytes[0] + i)));
            const __m256i middle = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(columns.bytes[1] + i)));
            const __m256i high = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(columns.bytes[2] + i)));
            const __m256i near = _mm256_srl_epi16(_mm256_or_si256(_mm256_slli_epi16(middle, 8), low), down);
            const __m256i bits = _mm256_or_si256(near, _mm256_sll_epi16(high, up));
            uint16_t w[16];
            _mm256_storeu_si256((__m256i *)w, _mm256_and_si256(bits, mask));
            __m128i first = _mm_cvtsi32_si128(entries[w[0]]), second = _mm_cvtsi32_si128(entries[w[8]]);
#define LOOK_UP(lane)                                              \
    first = _mm_insert_epi16(first, entries[w[lane]], lane);       \
    second = _mm_insert_epi16(second, entries[w[8 + lane]], lane);
            LOOK_UP(1) LOOK_UP(2) LOOK_UP(3) LOOK_UP(4) LOOK_UP(5) LOOK_UP(6) LOOK_UP(7)
#undef LOOK_UP
            __m128i *place = (__m128i *)(sums + i);
            _mm_storeu_si128(place, _mm_add_epi16(_mm_loadu_si128(place), first));
            _mm_storeu_si128(place + 1, _mm_add_epi16(_mm_loadu_si128(place + 1), second));
        }
    }
}

const code_kernel code_kernel_avx2 = {"avx2", sums};

#endif
