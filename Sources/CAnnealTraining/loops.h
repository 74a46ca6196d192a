// The loops, written once and compiled once for each instruction set: the file that includes this defines SET, its name,
// and TARGET, the attribute that chooses the instructions.

#include "anneal_training.h"

#define PASTE(a, b, c) PASTE_EXPANDED(a, b, c)
#define PASTE_EXPANDED(a, b, c) a##_##b##_##c
#define TEXT(x) TEXT_EXPANDED(x)
#define TEXT_EXPANDED(x) #x
// A function of this instruction set.
#define NAME(x) PASTE(anneal_training, SET, x)

// Eight floats that need not be aligned. The compiler makes of them what the target has: one register or two.
typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline)) TARGET

// Macros, because a function that takes lanes has another calling convention on each instruction set.
#define LOAD(from) (*(const lanes *)(from))
#define STORE(to, value) (*(lanes *)(to) = (value))

INLINE float NAME(sum)(const lanes *lane) {
    const lanes v = *lane;
    const float a = v[0] + v[4], b = v[1] + v[5], c = v[2] + v[6], d = v[3] + v[7];
    return (a + c) + (b + d);
}

TARGET static void NAME(add_scaled)(float *y, const float *x, float a, size_t count) {
    for (size_t j = 0; j < count; j += 16) {
        STORE(y + j, LOAD(y + j) + a * LOAD(x + j));
        STORE(y + j + 8, LOAD(y + j + 8) + a * LOAD(x + j + 8));
    }
}

TARGET static float NAME(dot)(const float *x, const float *y, size_t count) {
    lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (size_t j = 0; j < count; j += 32) {
        s0 += LOAD(x + j) * LOAD(y + j);
        s1 += LOAD(x + j + 8) * LOAD(y + j + 8);
        s2 += LOAD(x + j + 16) * LOAD(y + j + 16);
        s3 += LOAD(x + j + 24) * LOAD(y + j + 24);
    }
    const lanes total = (s0 + s1) + (s2 + s3);
    return NAME(sum)(&total);
}

// Four rows against two: eight sums stay in registers, and six loads feed eight multiplications.
INLINE void NAME(four_by_two)(const float *i, const float *j, size_t width, lanes *s, int subtract) {
    const float *i1 = i + width, *i2 = i1 + width, *i3 = i2 + width, *j1 = j + width;
    for (size_t k = 0; k < width; k += 8) {
        lanes left = LOAD(j + k), right = LOAD(j1 + k);
        if (subtract) {
            left = -left;
            right = -right;
        }
        const lanes r0 = LOAD(i + k), r1 = LOAD(i1 + k), r2 = LOAD(i2 + k), r3 = LOAD(i3 + k);
        s[0] += r0 * left;
        s[1] += r1 * left;
        s[2] += r2 * left;
        s[3] += r3 * left;
        s[4] += r0 * right;
        s[5] += r1 * right;
        s[6] += r2 * right;
        s[7] += r3 * right;
    }
}

// Rows of j that are used for all rows i before the next ones: 16 KB of each matrix at a width of 256.
#define COLUMN_TILE 16

TARGET static void NAME(similarity_difference)(const float *a, const float *b, size_t width, size_t first, size_t rows,
                                               size_t columns, float *out) {
    for (size_t tile = 0; tile < columns; tile += COLUMN_TILE) {
        const size_t end = tile + COLUMN_TILE < columns ? tile + COLUMN_TILE : columns;
        for (size_t i = 0; i < rows; i += 4) {
            const size_t row = first + i;
            size_t j = tile;
            if (i + 4 <= rows) {
                for (; j + 2 <= end; j += 2) {
                    lanes s[8] = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}};
                    NAME(four_by_two)(a + row * width, a + j * width, width, s, 0);
                    NAME(four_by_two)(b + row * width, b + j * width, width, s, 1);
                    for (size_t r = 0; r < 4; r++) {
                        out[(i + r) * columns + j] = NAME(sum)(&s[r]);
                        out[(i + r) * columns + j + 1] = NAME(sum)(&s[4 + r]);
                    }
                }
            }
            const size_t last = i + 4 <= rows ? i + 4 : rows;
            for (; j < end; j++) {
                for (size_t r = i; r < last; r++) {
                    out[r * columns + j] = NAME(dot)(a + (first + r) * width, a + j * width, width) -
                                           NAME(dot)(b + (first + r) * width, b + j * width, width);
                }
            }
        }
    }
}

// Rows of `right` that stay in the caches while all rows of `left` use them.
#define INNER_TILE 128

TARGET static void NAME(multiply_add)(const float *left, size_t rows, size_t inner, const float *right, size_t width,
                                      float scale, float *out) {
    for (size_t tile = 0; tile < inner; tile += INNER_TILE) {
        const size_t end = tile + INNER_TILE < inner ? tile + INNER_TILE : inner;
        for (size_t column = 0; column < width; column += 16) {
            size_t i = 0;
            for (; i + 4 <= rows; i += 4) {
                const float *l0 = left + i * inner, *l1 = l0 + inner, *l2 = l1 + inner, *l3 = l2 + inner;
                lanes s[8] = {{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}};
                for (size_t k = tile; k < end; k++) {
                    const lanes x = LOAD(right + k * width + column);
                    const lanes y = LOAD(right + k * width + column + 8);
                    s[0] += l0[k] * x;
                    s[1] += l0[k] * y;
                    s[2] += l1[k] * x;
                    s[3] += l1[k] * y;
                    s[4] += l2[k] * x;
                    s[5] += l2[k] * y;
                    s[6] += l3[k] * x;
                    s[7] += l3[k] * y;
                }
                for (size_t r = 0; r < 4; r++) {
                    float *to = out + (i + r) * width + column;
                    STORE(to, LOAD(to) + scale * s[2 * r]);
                    STORE(to + 8, LOAD(to + 8) + scale * s[2 * r + 1]);
                }
            }
            for (; i < rows; i++) {
                lanes s = {0}, t = {0};
                for (size_t k = tile; k < end; k++) {
                    s += left[i * inner + k] * LOAD(right + k * width + column);
                    t += left[i * inner + k] * LOAD(right + k * width + column + 8);
                }
                float *to = out + i * width + column;
                STORE(to, LOAD(to) + scale * s);
                STORE(to + 8, LOAD(to + 8) + scale * t);
            }
        }
    }
}

TARGET static void NAME(adam)(float *values, const float *gradient, float *first, float *second, size_t count,
                              const anneal_adam *step) {
    const float rest1 = 1 - step->beta1, rest2 = 1 - step->beta2;
    for (size_t j = 0; j < count; j += 8) {
        const lanes g = LOAD(gradient + j);
        const lanes m = step->beta1 * LOAD(first + j) + rest1 * g;
        const lanes v = step->beta2 * LOAD(second + j) + rest2 * g * g;
        STORE(first + j, m);
        STORE(second + j, v);
        const lanes root = __builtin_elementwise_sqrt(v) * step->inverse_root + step->epsilon;
        STORE(values + j, LOAD(values + j) - step->rate * m / root);
    }
}

TARGET static void NAME(coast)(float *values, float *first, float *second, size_t count, float decay1, float decay2,
                               float travel, const anneal_adam *step) {
    for (size_t j = 0; j < count; j += 8) {
        const lanes m = LOAD(first + j), v = LOAD(second + j);
        const lanes root = __builtin_elementwise_sqrt(v) * step->inverse_root + step->epsilon;
        STORE(values + j, LOAD(values + j) - (step->rate * travel) * m / root);
        STORE(first + j, decay1 * m);
        STORE(second + j, decay2 * v);
    }
}

const anneal_training_kernel PASTE(anneal_training, kernel, SET) = {
    .name = TEXT(SET),
    .add_scaled = NAME(add_scaled),
    .dot = NAME(dot),
    .similarity_difference = NAME(similarity_difference),
    .multiply_add = NAME(multiply_add),
    .adam = NAME(adam),
    .coast = NAME(coast),
};
