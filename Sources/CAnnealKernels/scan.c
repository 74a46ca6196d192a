#include "anneal_text.h"

#include <string.h>

#include "classes.h"

/// Writes the positions of the bits of `mask`. Whole groups of eight are written, so that the loop has few turns; what
/// is beyond the count is overwritten by the next block.
static inline uint32_t *write_positions(uint64_t mask, uint64_t space, uint32_t start, uint32_t *out) {
    uint32_t *const end = out + __builtin_popcountll(mask);
    while (mask != 0) {
        for (int index = 0; index < 8; index++) {
            // For an empty mask any position will do.
            const unsigned bit = (unsigned)__builtin_ctzll(mask | 1ULL << 63);
            out[index] = (start + bit) << 1 | (uint32_t)(space >> bit & 1);
            mask &= mask - 1;
        }
        out += 8;
    }
    return end;
}

size_t anneal_scan(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries) {
    const uint8_t fold_bit = rules.folds_case ? 0x20 : 0;
    const uint64_t cuts = rules.cuts_at_classes ? ~0ULL : 0;
    uint32_t *out = boundaries;
    // The last byte of the block before: whether it is a letter, another printable character, or in an opaque stretch.
    uint64_t last_letter = 0, last_other = 0, last_opaque = 0;
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
        last_letter = letter >> 63;
        last_other = other >> 63;
        last_opaque = opaque >> 63;
        uint64_t found = (change & cuts) | masks.space;
        if (left < anneal_scan_block) {
            found &= (1ULL << left) - 1;
        }
        out = write_positions(found, masks.space, (uint32_t)start, out);
    }
    return (size_t)(out - boundaries);
}

enum character_class { letter_class, other_class, opaque_class, space_class };

static enum character_class class_of(uint8_t byte) {
    if (byte == ' ') {
        return space_class;
    }
    if (byte < ' ' || byte > '~') {
        return opaque_class;
    }
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ? letter_class : other_class;
}

size_t anneal_scan_reference(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries) {
    size_t found = 0;
    enum character_class before = space_class;
    for (size_t index = 0; index < count; index++) {
        const uint8_t byte = text[index];
        enum character_class now = class_of(byte);
        copy[index] = rules.folds_case && byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
        if (now == space_class) {
            boundaries[found++] = (uint32_t)index << 1 | 1;
        } else if (before == opaque_class) {
            // A stretch lasts until the next space.
            now = opaque_class;
        } else if (rules.cuts_at_classes && before != space_class && now != opaque_class && now != before) {
            boundaries[found++] = (uint32_t)index << 1;
        }
        before = now;
    }
    return found;
}
