// Plain C: the reference of every other kernel, and what runs where no other does.

#include "platform.h"

#include <string.h>

const uint8_t code_zeros[CODE_BLOCK];

static void sums(const uint8_t *codes, size_t count, const code_table *tables, size_t table_count, uint16_t *sums) {
    uint16_t windows[CODE_BLOCK];
    memset(sums, 0, count * sizeof *sums);
    for (size_t t = 0; t < table_count; t++) {
        const code_columns columns = columns_of(codes, tables + t);
        const uint8_t *low = columns.bytes[0], *middle = columns.bytes[1], *high = columns.bytes[2];
        const uint32_t shift = tables[t].shift;
        const uint16_t *entries = tables[t].entries;
        // A loop of its own: compilers turn it into vectors.
        for (size_t i = 0; i < count; i++) {
            const uint32_t bits = (uint32_t)high[i] << 16 | (uint32_t)middle[i] << 8 | low[i];
            windows[i] = (uint16_t)(bits >> shift & (CODE_TABLE_ENTRIES - 1));
        }
        for (size_t i = 0; i < count; i++) {
            sums[i] = (uint16_t)(sums[i] + entries[windows[i]]);
        }
    }
}

const code_kernel code_kernel_portable = {"portable", sums};
