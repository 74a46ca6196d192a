// Part of every x86-64 processor.

#include <emmintrin.h>

static inline class_masks classify(const uint8_t *text, uint8_t *copy, uint8_t fold_bit) {
    class_masks masks = {0, 0, 0, 0, 0};
    const __m128i fold = _mm_set1_epi8((char)fold_bit);
    for (int part = 0; part < 4; part++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + 16 * part));
        const __m128i place = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        const __m128i letter = _mm_cmpeq_epi8(_mm_min_epu8(place, _mm_set1_epi8(25)), place);
        // As signed numbers the bytes from 0x80 on are below the space too.
        const __m128i opaque = _mm_or_si128(
            _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
        const __m128i value = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
        const __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
        // Bit 5 of each byte comes to its top; what comes over from the byte beside it stays below.
        const __m128i small = _mm_slli_epi16(bytes, 2);
        const __m128i space = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x20));
        _mm_storeu_si128((__m128i *)(copy + 16 * part), _mm_or_si128(bytes, _mm_and_si128(letter, fold)));
        masks.space |= (uint64_t)(uint32_t)_mm_movemask_epi8(space) << 16 * part;
        masks.letter |= (uint64_t)(uint32_t)_mm_movemask_epi8(letter) << 16 * part;
        masks.digit |= (uint64_t)(uint32_t)_mm_movemask_epi8(digit) << 16 * part;
        masks.small |= (uint64_t)(uint32_t)_mm_movemask_epi8(small) << 16 * part;
        masks.opaque |= (uint64_t)(uint32_t)_mm_movemask_epi8(opaque) << 16 * part;
    }
    return masks;
}
