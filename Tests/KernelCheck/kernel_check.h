// What the checks of kernels share: seeded random numbers, and the list of a build's kernels.

#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

#include <stddef.h>
#include <stdint.h>

static uint64_t state;

static uint64_t next_random(void) {
    state += 0x9E3779B97F4A7C15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

// Defines `kernels`: all kernels of this build that run here, the portable one, which is the last available, first.
#define KERNEL_LIST(type, available)                                     \
    static size_t kernels(const type *list[8]) {                         \
        size_t count = 0;                                                \
        while (available(count) != NULL) {                               \
            count++;                                                     \
        }                                                                \
        list[0] = available(count - 1);                                  \
        for (size_t position = 0; position + 1 < count; position++) {    \
            list[position + 1] = available(position);                    \
        }                                                                \
        return count;                                                    \
    }

#endif
