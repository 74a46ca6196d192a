#ifndef ANNEAL_CODE_KERNELS_H
#define ANNEAL_CODE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

/// Codes of a block: byte j of all of them lies together, at j * CODE_BLOCK.
#define CODE_BLOCK 1024
/// Bits of a code that one entry of a table stands for.
#define CODE_WINDOW_BITS 13
#define CODE_TABLE_ENTRIES (1 << CODE_WINDOW_BITS)

/// What bits of a code add to its sum.
typedef struct code_table {
    /// The byte with the last bit of the window.
    uint32_t column;
    /// How many bits of that byte lie behind the window: at most 7.
    uint32_t shift;
    /// CODE_TABLE_ENTRIES of them.
    const uint16_t *_Nonnull entries;
} code_table;

/// The loop of one instruction set. All give the same integers on the same input.
typedef struct code_kernel {
    /// "portable" or "avx2".
    const char *_Nonnull name;

    /// sums[i] = sum over t of tables[t].entries[window t of code i], modulo 2^16, for i in 0 ..< count.
    /// A window is the CODE_WINDOW_BITS bits of a code that end with bit 7 - shift of byte `column`; before the first byte
    /// there are zeros.
    /// - count <= CODE_BLOCK; codes and sums have room for CODE_BLOCK, and those from `count` on may be read and written.
    void (*_Nonnull sums)(const uint8_t *_Nonnull codes, size_t count, const code_table *_Nonnull tables,
                          size_t table_count, uint16_t *_Nonnull sums);
} code_kernel;

/// The kernels that this processor runs, fastest first; null from `position` = their count on. The portable one always
/// runs.
const code_kernel *_Nullable code_kernel_available(size_t position);

#endif
