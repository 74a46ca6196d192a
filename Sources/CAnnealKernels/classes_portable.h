static inline class_masks classify(const uint8_t *text, uint8_t *copy, uint8_t fold_bit) {
    class_masks masks = {0, 0, 0, 0, 0};
    for (int index = 0; index < 64; index++) {
        const uint8_t byte = text[index];
        const uint8_t place = (uint8_t)((byte | 0x20) - 'a');
        const uint64_t letter = place <= 25;
        masks.space |= (uint64_t)(byte == 0x20) << index;
        masks.letter |= letter << index;
        masks.digit |= (uint64_t)((uint8_t)(byte - '0') <= 9) << index;
        masks.small |= (uint64_t)(byte >> 5 & 1) << index;
        masks.opaque |= (uint64_t)(byte < 0x20 || byte >= 0x7F) << index;
        copy[index] = byte | (letter ? fold_bit : 0);
    }
    return masks;
}
