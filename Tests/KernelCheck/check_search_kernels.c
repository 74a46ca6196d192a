// Compares every kernel of the index with the portable one on seeded random input, and prints a digest of the portable
// results, so that builds for different processors can be compared with each other. See check-kernels.sh.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_check.h"
#include "search_kernels.h"

enum { row_limit = 40, dimension_limit = 1100 };

KERNEL_LIST(index_kernel, index_kernel_available)

static int8_t rows[row_limit * dimension_limit], query[dimension_limit];
static int32_t expected[row_limit], found[row_limit];

int main(int argc, char **argv) {
    const index_kernel *list[8];
    const size_t kernel_count = kernels(list);
    const unsigned cases = argc > 1 ? (unsigned)atoi(argv[1]) : 400;
    uint64_t digest = 14695981039346656037u;
    for (unsigned seed = 0; seed < cases; seed++) {
        state = seed;
        const size_t count = next_random() % (row_limit + 1);
        const size_t dimension = 1 + next_random() % dimension_limit;
        // Every fourth case is at the extremes.
        const int extreme = seed % 4 == 0;
        for (size_t i = 0; i < count * dimension; i++) {
            rows[i] = extreme ? -128 : (int8_t)next_random();
        }
        for (size_t j = 0; j < dimension; j++) {
            query[j] = extreme ? (seed % 8 ? -128 : 127) : (int8_t)next_random();
        }
        list[0]->dots(rows, count, dimension, query, expected);
        for (size_t i = 0; i < count * sizeof *expected; i++) {
            digest = (digest ^ ((const uint8_t *)expected)[i]) * 1099511628211u;
        }
        for (size_t i = 1; i < kernel_count; i++) {
            list[i]->dots(rows, count, dimension, query, found);
            if (memcmp(expected, found, count * sizeof *expected) != 0) {
                fprintf(stderr, "MISMATCH: index %s, seed %u\n", list[i]->name, seed);
                return 1;
            }
        }
    }
    fprintf(stderr, "  index: equal to portable in %u cases (seeds 0..%u):", cases, cases - 1);
    for (size_t i = 1; i < kernel_count; i++) {
        fprintf(stderr, " %s", list[i]->name);
    }
    fprintf(stderr, "\n");
    printf("%016llx\n", (unsigned long long)digest);
    return 0;
}
