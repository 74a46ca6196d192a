// Plain C: the reference of every other kernel, and what runs where no other does.

#include "platform.h"

static void dots(const int8_t *rows, size_t count, size_t dimension, const int8_t *query, int32_t *dots) {
    for (size_t i = 0; i < count; i++) {
        int32_t sum = 0;
        for (size_t j = 0; j < dimension; j++) {
            sum += (int32_t)rows[i * dimension + j] * query[j];
        }
        dots[i] = sum;
    }
}

const index_kernel index_kernel_portable = {"portable", dots};
