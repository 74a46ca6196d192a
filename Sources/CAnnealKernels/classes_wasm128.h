// Part of every engine of WebAssembly that takes modules with vectors.

#include <wasm_simd128.h>

static inline class_masks classify(const uint8_t *text, uint8_t *copy, uint8_t fold_bit) {
    class_masks masks = {0, 0, 0, 0, 0};
    for (int part = 0; part < 4; part++) {
        const v128_t bytes = wasm_v128_load(text + 16 * part);
        const v128_t place = wasm_i8x16_sub(wasm_v128_or(bytes, wasm_u8x16_const_splat(0x20)), wasm_u8x16_const_splat('a'));
        const v128_t letter = wasm_u8x16_le(place, wasm_u8x16_const_splat(25));
        const v128_t digit =
            wasm_u8x16_le(wasm_i8x16_sub(bytes, wasm_u8x16_const_splat('0')), wasm_u8x16_const_splat(9));
        // Bit 5 of each byte comes to its top.
        const v128_t small = wasm_i8x16_shl(bytes, 2);
        const v128_t space = wasm_i8x16_eq(bytes, wasm_u8x16_const_splat(0x20));
        // As signed numbers the bytes from 0x80 on are below the space too.
        const v128_t opaque = wasm_v128_or(
            wasm_i8x16_lt(bytes, wasm_u8x16_const_splat(0x20)), wasm_i8x16_eq(bytes, wasm_u8x16_const_splat(0x7F)));
        const v128_t fold = wasm_v128_and(letter, wasm_u8x16_splat(fold_bit));
        wasm_v128_store(copy + 16 * part, wasm_v128_or(bytes, fold));
        masks.space |= (uint64_t)wasm_i8x16_bitmask(space) << 16 * part;
        masks.letter |= (uint64_t)wasm_i8x16_bitmask(letter) << 16 * part;
        masks.digit |= (uint64_t)wasm_i8x16_bitmask(digit) << 16 * part;
        masks.small |= (uint64_t)wasm_i8x16_bitmask(small) << 16 * part;
        masks.opaque |= (uint64_t)wasm_i8x16_bitmask(opaque) << 16 * part;
    }
    return masks;
}
