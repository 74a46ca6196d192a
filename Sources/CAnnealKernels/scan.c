#include "anneal_text.h"

#include <string.h>

#include "classes.h"

/// Writes the positions of the bits of `mask`, each with the bits of `prefix` and `space` there. Whole groups of eight are
/// written, so that the loop has few turns; what is beyond the count is overwritten by the next block.
static inline uint32_t *write_positions(
    uint64_t mask, uint64_t prefix, uint64_t space, uint32_t start, uint32_t *out) {
    uint32_t *const end = out + __builtin_popcountll(mask);
    while (mask != 0) {
        for (int index = 0; index < 8; index++) {
            // For an empty mask any position will do.
            const unsigned bit = (unsigned)__builtin_ctzll(mask | 1ULL << 63);
            out[index] = (start + bit) << 2 | (uint32_t)(prefix >> bit & 1) << 1 | (uint32_t)(space >> bit & 1);
            mask &= mask - 1;
        }
        out += 8;
    }
    return end;
}

/// Gives the bytes of `mask` back the case that they have in the text.
static void restore(uint8_t *copy, const uint8_t *block, uint64_t mask) {
    for (; mask != 0; mask &= mask - 1) {
        const int bit = __builtin_ctzll(mask);
        copy[bit] = block[bit];
    }
}

size_t anneal_scan(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries) {
    const uint8_t fold_bit = rules.folds_case ? 0x20 : 0;
    const uint64_t cuts = rules.cuts_at_classes ? ~0ULL : 0;
    uint32_t *out = boundaries;
    // The last byte of the block before: whether it is a letter, another printable character, or in an opaque stretch.
    uint64_t last_letter = 0, last_other = 0, last_opaque = 0;
    // Whether it is a mark, and a small letter that is not behind one.
    uint64_t last_mark = 0, last_loose = 0;
    const uint64_t ends_words = rules.ends_words ? ~0ULL : 0;
    uint64_t first_is_taken = rules.is_behind_mark ? 1 : 0;
    uint8_t padded[anneal_scan_block];
    for (size_t start = 0; start < count; start += anneal_scan_block) {
        const uint8_t *block = text + start;
        const size_t left = count - start;
        if (left < anneal_scan_block) {
            memset(padded, 'a', sizeof padded);
            memcpy(padded, block, left);
            block = padded;
        }
        const class_masks masks = classify(block, copy + start, fold_bit);
        const uint64_t content = ~masks.space;
        // Adding a stretch's first bit to its bits carries through to its end; the first bits are those of the opaque
        // characters, and the first of all if the stretch comes from the block before.
        const uint64_t first = masks.opaque | (last_opaque & content & 1);
        const uint64_t opaque = (content & ~(content + first)) | first;
        const uint64_t letter = masks.letter & ~opaque;
        const uint64_t other = content & ~masks.letter & ~opaque;
        const uint64_t change =
            (letter & (other << 1 | last_other)) | (other & (letter << 1 | last_letter));
        // A mark and a letter, or a small letter and a capital, are taken together: what was taken begins nothing.
        const uint64_t mark = other & ~masks.digit;
        const uint64_t behind_mark = mark << 1 | last_mark;
        const uint64_t loose = letter & masks.small & ~behind_mark & ~first_is_taken;
        const uint64_t end =
            ((letter & behind_mark) | (letter & ~masks.small & (loose << 1 | last_loose))) & ends_words;
        if ((opaque & masks.letter & ends_words) != 0) {
            restore(copy + start, block, opaque & masks.letter);
        }
        last_mark = mark >> 63;
        last_loose = loose >> 63;
        first_is_taken = 0;
        last_letter = letter >> 63;
        last_other = other >> 63;
        last_opaque = opaque >> 63;
        uint64_t found = (change & cuts) | end | masks.space;
        if (left < anneal_scan_block) {
            found &= (1ULL << left) - 1;
        }
        out = write_positions(found, end | masks.space, masks.space, (uint32_t)start, out);
    }
    return (size_t)(out - boundaries);
}

enum character_class { capital_class, small_class, digit_class, mark_class, opaque_class, space_class };

static enum character_class class_of(uint8_t byte) {
    if (byte == ' ') {
        return space_class;
    }
    if (byte < ' ' || byte > '~') {
        return opaque_class;
    }
    if (byte >= 'A' && byte <= 'Z') {
        return capital_class;
    }
    if (byte >= 'a' && byte <= 'z') {
        return small_class;
    }
    return byte >= '0' && byte <= '9' ? digit_class : mark_class;
}

static int is_letter(enum character_class class) { return class == capital_class || class == small_class; }

size_t anneal_scan_reference(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries) {
    size_t found = 0;
    enum character_class before = space_class;
    int before_is_taken = 0;
    for (size_t index = 0; index < count; index++) {
        const uint8_t byte = text[index];
        enum character_class now = class_of(byte);
        int is_taken = index == 0 && rules.is_behind_mark;
        if (now != space_class && before == opaque_class) {
            // A stretch lasts until the next space.
            now = opaque_class;
        }
        if (now == space_class) {
            boundaries[found++] = (uint32_t)index << 2 | 3;
        } else if (now != opaque_class && before != space_class) {
            const int is_pair = (before == mark_class && is_letter(now)) ||
                                (before == small_class && !before_is_taken && now == capital_class);
            if (rules.ends_words && is_pair) {
                boundaries[found++] = (uint32_t)index << 2 | 2;
                is_taken = 1;
            } else if (rules.cuts_at_classes && is_letter(now) != is_letter(before)) {
                boundaries[found++] = (uint32_t)index << 2;
            }
        }
        const int folds = rules.folds_case && !(rules.ends_words && now == opaque_class);
        copy[index] = folds && byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
        before = now;
        before_is_taken = is_taken;
    }
    return found;
}
