// Part of every arm64 processor.

#include <arm_neon.h>

/// One bit for each byte of four vectors whose bytes are 0 or 0xFF.
static inline uint64_t mask_of(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t low = vpaddq_u8(vandq_u8(a, bit), vandq_u8(b, bit));
    const uint8x16_t high = vpaddq_u8(vandq_u8(c, bit), vandq_u8(d, bit));
    const uint8x16_t sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static inline class_masks classify(const uint8_t *text, uint8_t *copy, uint8_t fold_bit) {
    uint8x16_t space[4], letter[4], digit[4], small[4], opaque[4];
    for (int part = 0; part < 4; part++) {
        const uint8x16_t bytes = vld1q_u8(text + 16 * part);
        const uint8x16_t place = vsubq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('a'));
        letter[part] = vcleq_u8(place, vdupq_n_u8(25));
        digit[part] = vcleq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(9));
        small[part] = vtstq_u8(bytes, vdupq_n_u8(0x20));
        space[part] = vceqq_u8(bytes, vdupq_n_u8(0x20));
        opaque[part] = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vcgeq_u8(bytes, vdupq_n_u8(0x7F)));
        vst1q_u8(copy + 16 * part, vorrq_u8(bytes, vandq_u8(letter[part], vdupq_n_u8(fold_bit))));
    }
    class_masks masks;
    masks.space = mask_of(space[0], space[1], space[2], space[3]);
    masks.letter = mask_of(letter[0], letter[1], letter[2], letter[3]);
    masks.digit = mask_of(digit[0], digit[1], digit[2], digit[3]);
    masks.small = mask_of(small[0], small[1], small[2], small[3]);
    masks.opaque = mask_of(opaque[0], opaque[1], opaque[2], opaque[3]);
    return masks;
}
