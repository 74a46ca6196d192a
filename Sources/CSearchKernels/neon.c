// NEON: 16 bytes of a row at a time; products in 16 bits, added in pairs into 32.

#include "platform.h"

#if ANNEAL_HAS_NEON

#if defined(ANNEAL_KERNELS_SIMDE)
#include <simde/arm/neon.h>
#else
#include <arm_neon.h>
#endif

static void dots(const int8_t *rows, size_t count, size_t dimension, const int8_t *query, int32_t *dots) {
    const size_t whole = dimension - dimension % 16;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + i * dimension;
        int32x4_t first = vdupq_n_s32(0), second = first;
        for (size_t j = 0; j < whole; j += 16) {
            const int8x16_t x = vld1q_s8(row + j);
            const int8x16_t q = vld1q_s8(query + j);
            first = vpadalq_s16(first, vmull_s8(vget_low_s8(x), vget_low_s8(q)));
            second = vpadalq_s16(second, vmull_s8(vget_high_s8(x), vget_high_s8(q)));
        }
        int32_t sum = vaddvq_s32(vaddq_s32(first, second));
        for (size_t j = whole; j < dimension; j++) {
            sum += (int32_t)row[j] * query[j];
        }
        dots[i] = sum;
    }
}

const index_kernel index_kernel_neon = {"neon", dots};

#endif
