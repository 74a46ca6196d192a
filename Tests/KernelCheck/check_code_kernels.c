// Compares every kernel that scans codes with the portable one on seeded random input, and prints a digest of the portable
// results, so that builds for different processors can be compared with each other. See check-kernels.sh.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code_kernels.h"
#include "kernel_check.h"

enum { byte_limit = 12, table_limit = 16 };

KERNEL_LIST(code_kernel, code_kernel_available)

static uint8_t codes[byte_limit * CODE_BLOCK];
static uint16_t entries[table_limit * CODE_TABLE_ENTRIES], expected[CODE_BLOCK], found[CODE_BLOCK];

int main(int argc, char **argv) {
    const code_kernel *list[8];
    const size_t kernel_count = kernels(list);
    const unsigned cases = argc > 1 ? (unsigned)atoi(argv[1]) : 400;
    uint64_t digest = 14695981039346656037u;
    for (unsigned seed = 0; seed < cases; seed++) {
        state = seed;
        const size_t count = seed % 8 == 0 ? CODE_BLOCK : next_random() % (CODE_BLOCK + 1);
        const size_t table_count = next_random() % (table_limit + 1);
        code_table tables[table_limit];
        for (size_t i = 0; i < sizeof codes; i++) {
            codes[i] = (uint8_t)next_random();
        }
        // A few thousand of the entries change from case to case; wherever a window leads, they differ.
        for (size_t i = seed % 16; i < table_limit * CODE_TABLE_ENTRIES; i += seed == 0 ? 1 : 16) {
            entries[i] = (uint16_t)next_random();
        }
        for (size_t t = 0; t < table_count; t++) {
            tables[t] = (code_table){(uint32_t)(next_random() % byte_limit), (uint32_t)(next_random() % 8),
                                     entries + t * CODE_TABLE_ENTRIES};
        }
        list[0]->sums(codes, count, tables, table_count, expected);
        for (size_t i = 0; i < count; i++) {
            digest = (digest ^ expected[i]) * 1099511628211u;
        }
        for (size_t i = 1; i < kernel_count; i++) {
            list[i]->sums(codes, count, tables, table_count, found);
            if (memcmp(expected, found, count * sizeof *expected) != 0) {
                fprintf(stderr, "MISMATCH: codes %s, seed %u\n", list[i]->name, seed);
                return 1;
            }
        }
    }
    fprintf(stderr, "  codes: equal to portable in %u cases (seeds 0..%u):", cases, cases - 1);
    for (size_t i = 1; i < kernel_count; i++) {
        fprintf(stderr, " %s", list[i]->name);
    }
    fprintf(stderr, "\n");
    printf("%016llx\n", (unsigned long long)digest);
    return 0;
}
