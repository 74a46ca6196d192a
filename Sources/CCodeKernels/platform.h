#ifndef ANNEAL_CODES_PLATFORM_H
#define ANNEAL_CODES_PLATFORM_H

// What the kernels of all instruction sets share.

#include "anneal_dispatch.h"
#include "code_kernels.h"

// Bytes before the first one of a code.
extern const uint8_t code_zeros[CODE_BLOCK];

// The three bytes of each code in a block that a window ends in, the last one first.
typedef struct code_columns {
    const uint8_t *bytes[3];
} code_columns;

static inline code_columns columns_of(const uint8_t *codes, const code_table *table) {
    code_columns columns;
    for (size_t back = 0; back < 3; back++) {
        columns.bytes[back] = table->column >= back ? codes + (table->column - back) * CODE_BLOCK : code_zeros;
    }
    return columns;
}

#endif
