#ifndef ANNEAL_KERNELS_H
#define ANNEAL_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// The most rows one call of `accumulate` may add: 512 rows of magnitude 128 at a gain of 32767 stay inside 32 bits.
#define ANNEAL_KERNEL_ROW_LIMIT 512
/// The most items of one context: sums of 256 signed bytes stay inside 16 bits.
#define ANNEAL_CONTEXT_ITEM_LIMIT 256
/// Bytes of one item's codes: 32 of its key, then 32 of its query.
#define ANNEAL_CONTEXT_CODE_BYTES 64
/// Numbers in a key, and in a query.
#define ANNEAL_CONTEXT_CODE_WIDTH 32
/// Partial sums that `square_sum` keeps: element j belongs to lane j mod 16.
#define ANNEAL_SQUARE_LANES 16

/// What `row_products` gives.
typedef struct anneal_products {
    int64_t with_values;
    int64_t with_itself;
} anneal_products;

/// The loops of one instruction set. All tables give the same bits on the same input: the integers are exact, and the
/// floating-point loops fix the order of every IEEE operation and never fuse a multiplication with an addition.
typedef struct anneal_kernel {
    /// "portable", "avx2", "avx512", "neon" or "wasm128": what ANNEAL_KERNEL is compared with.
    const char *_Nonnull name;

    /// acc[j] += sum over k of gain[k] * rows[index[k] * dimension + j], for j in 0 ..< dimension.
    /// - dimension is a multiple of 32; count <= ANNEAL_KERNEL_ROW_LIMIT; -32767 <= gain[k] <= 32767.
    /// - The caller keeps every partial sum inside 32 bits, whatever the order: acc's magnitude plus 128 * (sum of the gains'
    ///   magnitudes) below 2^31 is enough.
    void (*_Nonnull accumulate)(const int8_t *_Nonnull rows, size_t dimension, const uint32_t *_Nonnull index,
                                const int16_t *_Nonnull gain, size_t count, int32_t *_Nonnull acc);

    /// The same with rows in four bits: the upper half of byte j of a row is element j, the lower half is element
    /// j + dimension / 2; a half h, -8...7, stands for 16 * h. Row k starts at rows + index[k] * dimension / 2.
    void (*_Nonnull accumulate_packed)(const uint8_t *_Nonnull rows, size_t dimension, const uint32_t *_Nonnull index,
                                       const int16_t *_Nonnull gain, size_t count, int32_t *_Nonnull acc);

    /// sum[j] = sum over i of the key of item i; its codes start at codes + 64 * index[i].
    /// - count <= ANNEAL_CONTEXT_ITEM_LIMIT; sum has 32 elements.
    void (*_Nonnull context_sum)(const int8_t *_Nonnull codes, const uint32_t *_Nonnull index, size_t count,
                                 int32_t *_Nonnull sum);

    /// dots[i] = query of i . (sum - key of i), where sum is what `context_sum` gave for the same items.
    void (*_Nonnull context_dots)(const int8_t *_Nonnull codes, const uint32_t *_Nonnull index, size_t count,
                                  const int32_t *_Nonnull sum, int32_t *_Nonnull dots);

    /// The dot product of a row with values, and that of the row with itself. Exact.
    /// - dimension is a multiple of 32, at most 1024.
    anneal_products (*_Nonnull row_products)(const int8_t *_Nonnull row, const int16_t *_Nonnull values,
                                             size_t dimension);

    /// The sum of the squares of the values as doubles: lane j mod 16 adds the square of value j in ascending order of
    /// j; then lane l adds lane l + 8, then l + 4, then l + 2, then l + 1, and lane 0 is the result.
    double (*_Nonnull square_sum)(const int32_t *_Nonnull values, size_t count);

    /// out[j] = (float)((double)values[j] * factor): one multiplication, one rounding to single.
    void (*_Nonnull scale)(const int32_t *_Nonnull values, size_t count, double factor, float *_Nonnull out);

    /// sum[j] = (sum[j] + factor[0] * rows[index[0] * dimension + j]) + factor[1] * ..., each product and each sum rounded.
    void (*_Nonnull add_rows)(const float *_Nonnull rows, size_t dimension, const uint32_t *_Nonnull index,
                              const float *_Nonnull factor, size_t count, float *_Nonnull sum);
} anneal_kernel;

/// The fastest table that this processor runs. Never null: the portable one always runs.
const anneal_kernel *_Nonnull anneal_kernel_fastest(void);

/// The table of that name, or null where this build or this processor has none.
const anneal_kernel *_Nullable anneal_kernel_named(const char *_Nonnull name);

/// The tables that this processor runs, fastest first: null from `position` = their count on.
const anneal_kernel *_Nullable anneal_kernel_available(size_t position);

/// The names of all tables, of this processor or not: null from `position` = their count on.
const char *_Nullable anneal_kernel_known(size_t position);

/// The value of the environment variable ANNEAL_KERNEL, or null where it is unset or empty.
const char *_Nullable anneal_kernel_forced_name(void);

/// totals[j] += values[j].
void anneal_widen_add(const int32_t *_Nonnull values, size_t count, int64_t *_Nonnull totals);

/// What `anneal_shorten` gives.
typedef struct anneal_shortened {
    int64_t squares;
    int32_t shift;
} anneal_shortened;

/// out[j] = values[j] >> shift, towards minus infinity, with the least shift, 0 or more, for which every magnitude fits 15
/// bits before rounding; `squares` is the sum of the squares of out. Exact.
anneal_shortened anneal_shorten(const int32_t *_Nonnull values, size_t count, int16_t *_Nonnull out);

/// `square_sum` and `scale` of the table, on 64-bit totals: for texts of more than one window.
double anneal_square_sum_wide(const int64_t *_Nonnull values, size_t count);
void anneal_scale_wide(const int64_t *_Nonnull values, size_t count, double factor, float *_Nonnull out);

/// Adds one role merge. With v[j] = left_gain * left[j], u[j] = right_gain * right[j] and the role's diagonals a, b, c
/// (each `dimension` signed bytes, six fraction bits, one after the other at `role`):
///
///     acc[j] += clamp((a[j]*v[j] + b[j]*u[j] + c[j]*((v[j]*u[j]) >> 16) + 32) >> 6, -127*32767, 127*32767)
///
/// in 64-bit integers, shifts towards minus infinity.
void anneal_merge(const int8_t *_Nonnull left, int32_t left_gain, const int8_t *_Nonnull right, int32_t right_gain,
                  const int8_t *_Nonnull role, size_t dimension, int32_t *_Nonnull acc);

/// Asks the processor to bring the memory at an address near; the address need not be valid.
static inline void anneal_prefetch(const void *_Nonnull address) { __builtin_prefetch(address); }

/// The same for the bytes of a row, of which there are some.
static inline void anneal_prefetch_row(const void *_Nonnull row, size_t bytes) {
#ifdef __wasm__
    (void)row, (void)bytes; // It cannot be asked, and an empty loop takes time.
#else
    size_t byte = 0;
    do {
        __builtin_prefetch((const char *)row + byte);
        byte += 64;
    } while (byte < bytes);
#endif
}

/// Writes the `dimension` elements of a row in four bits, as `accumulate_packed` reads them.
static inline void anneal_unpack_row(const uint8_t *_Nonnull packed, size_t dimension, int8_t *_Nonnull row) {
    for (size_t j = 0; j < dimension / 2; j++) {
        row[j] = (int8_t)(packed[j] & 0xF0);
        row[j + dimension / 2] = (int8_t)(uint8_t)(packed[j] << 4);
    }
}

#ifdef __cplusplus
}
#endif

#endif
