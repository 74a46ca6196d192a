#ifndef ANNEAL_TRAINING_H
#define ANNEAL_TRAINING_H

#include <stddef.h>
#include <stdint.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

/// Every count of numbers in a row is a multiple of this.
#define ANNEAL_TRAINING_LANES 32

/// What one step of Adam (Kingma and Ba 2015) needs to know beside the numbers themselves.
typedef struct anneal_adam {
    /// The learning rate, divided by the bias correction of the first moment.
    float rate;
    float beta1;
    float beta2;
    /// One over the root of the bias correction of the second moment.
    float inverse_root;
    float epsilon;
} anneal_adam;

/// The loops of one instruction set. Each table gives the same bits every time on the same input; two tables do not,
/// because only some processors fuse multiplications with additions.
typedef struct anneal_training_kernel {
    /// "portable" or "avx2".
    const char *_Nonnull name;

    /// y[j] += a * x[j].
    void (*_Nonnull add_scaled)(float *_Nonnull y, const float *_Nonnull x, float a, size_t count);

    /// The sum of x[j] * y[j].
    float (*_Nonnull dot)(const float *_Nonnull x, const float *_Nonnull y, size_t count);

    /// out[i * columns + j] = a_i . a_j - b_i . b_j for the rows i in first ..< first + rows and j in 0 ..< columns of
    /// the matrices a and b, whose rows have `width` numbers. out's rows count from 0.
    /// - rows and columns may be any number.
    void (*_Nonnull similarity_difference)(const float *_Nonnull a, const float *_Nonnull b, size_t width,
                                           size_t first, size_t rows, size_t columns, float *_Nonnull out);

    /// out[i * width + j] += scale * sum over k of left[i * inner + k] * right[k * width + j].
    /// - rows and inner may be any number.
    void (*_Nonnull multiply_add)(const float *_Nonnull left, size_t rows, size_t inner, const float *_Nonnull right,
                                  size_t width, float scale, float *_Nonnull out);

    /// One step of Adam on a row.
    void (*_Nonnull adam)(float *_Nonnull values, const float *_Nonnull gradient, float *_Nonnull first,
                          float *_Nonnull second, size_t count, const anneal_adam *_Nonnull step);

    /// What `steps` of Adam with a gradient of zero do to a row, in one go: the moments decay, and the values move on by
    /// the first moment. `travel` is the sum over the steps of (beta1 / sqrt(beta2))^step.
    void (*_Nonnull coast)(float *_Nonnull values, float *_Nonnull first, float *_Nonnull second, size_t count,
                           float decay1, float decay2, float travel, const anneal_adam *_Nonnull step);
} anneal_training_kernel;

/// The tables that this processor runs, fastest first; null from `position` = their count on. The last is the portable one,
/// which always runs.
const anneal_training_kernel *_Nullable anneal_training_kernel_available(size_t position);

#endif
