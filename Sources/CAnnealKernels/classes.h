// The classes of 64 bytes as bit masks, and the bytes with letters folded to lower case.

#ifndef ANNEAL_TEXT_CLASSES_H
#define ANNEAL_TEXT_CLASSES_H

#include <stdint.h>

typedef struct {
    uint64_t space;
    /// ASCII letters.
    uint64_t letter;
    /// ASCII digits.
    uint64_t digit;
    /// What has the bit that tells small letters from capitals.
    uint64_t small;
    /// Everything but printable ASCII and the space.
    uint64_t opaque;
} class_masks;

#if defined(__SSE2__)
#include "classes_sse2.h"
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include "classes_neon.h"
#elif defined(__wasm_simd128__)
#include "classes_wasm128.h"
#else
#include "classes_portable.h"
#endif

#endif
