// Compares every kernel of this build with the portable one on seeded random input, and prints a digest of the
// portable results, so that builds for different processors can be compared with each other. See check-kernels.sh.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anneal_kernels.h"
#include "anneal_text.h"
#include "kernel_check.h"

enum { row_limit = ANNEAL_KERNEL_ROW_LIMIT, dimension_limit = 1024, table_rows = 600 };

static uint64_t digest = 14695981039346656037u;

static void add_to_digest(const void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        digest = (digest ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
    }
}

KERNEL_LIST(anneal_kernel, anneal_kernel_available)

static int8_t rows[table_rows * dimension_limit], unpacked[table_rows * dimension_limit];
static uint32_t index_of[row_limit];
static int16_t gain[row_limit];
static int32_t start[dimension_limit], expected[dimension_limit], found[dimension_limit];
static int32_t packed_sums[2][dimension_limit];
static int32_t sums[2][ANNEAL_CONTEXT_CODE_WIDTH], dots[2][ANNEAL_CONTEXT_ITEM_LIMIT];
static float floats[2][dimension_limit];
static int16_t shorts[dimension_limit];

static void require_equal(const char *kernel, const char *loop, unsigned seed, const void *a, const void *b, size_t n) {
    if (memcmp(a, b, n) != 0) {
        fprintf(stderr, "MISMATCH: %s %s, seed %u\n", kernel, loop, seed);
        exit(1);
    }
}

// Every fourth case is at the extremes: rows of -128 and 127, the largest gain, as many rows as are allowed.
static void check_case(unsigned seed, const anneal_kernel *const *list, size_t kernel_count) {
    state = seed;
    const int extreme = seed % 4 == 0;
    const size_t dimension = 32 * (1 + next_random() % 32);
    const size_t count = extreme ? row_limit : next_random() % (row_limit + 1) >> next_random() % 8;
    const int8_t edge = next_random() % 2 ? -128 : 127;
    for (size_t i = 0; i < table_rows * dimension; i++) {
        rows[i] = extreme && next_random() % 8 ? edge : (int8_t)next_random();
    }
    for (size_t k = 0; k < count; k++) {
        index_of[k] = (uint32_t)(next_random() % table_rows);
        const int16_t magnitude = extreme ? 32767 : (int16_t)(next_random() & 0x7FFF);
        gain[k] = (extreme ? seed % 8 == 0 : next_random() % 2 == 0) ? magnitude : (int16_t)-magnitude;
    }
    for (size_t j = 0; j < dimension; j++) {
        start[j] = extreme ? 0 : (int32_t)(next_random() % 4096) - 2048;
    }
    const anneal_kernel *reference = list[0];
    memcpy(expected, start, sizeof start);
    reference->accumulate(rows, dimension, index_of, gain, count, expected);
    add_to_digest(expected, dimension * sizeof *expected);
    // Packed rows, of the same bytes: what they stand for, in whole bytes, is what the plain loop adds.
    const uint8_t *packed = (const uint8_t *)rows;
    for (size_t row = 0; row < table_rows; row++) {
        anneal_unpack_row(packed + row * (dimension / 2), dimension, unpacked + row * dimension);
    }
    memcpy(packed_sums[0], start, sizeof start);
    reference->accumulate(unpacked, dimension, index_of, gain, count, packed_sums[0]);
    add_to_digest(packed_sums[0], dimension * sizeof **packed_sums);
    const size_t prefix = 1 + next_random() % dimension;
    const double square = reference->square_sum(expected, prefix);
    add_to_digest(&square, sizeof square);
    reference->scale(expected, prefix, 1 / (square + 1), floats[0]);
    add_to_digest(floats[0], prefix * sizeof **floats);
    const size_t items = count < ANNEAL_CONTEXT_ITEM_LIMIT ? count : ANNEAL_CONTEXT_ITEM_LIMIT;
    reference->context_sum(rows, index_of, items, sums[0]);
    reference->context_dots(rows, index_of, items, sums[0], dots[0]);
    for (size_t j = 0; j < dimension; j++) {
        shorts[j] = extreme ? (edge < 0 ? INT16_MIN : INT16_MAX) : (int16_t)next_random();
    }
    const anneal_products products = reference->row_products(rows, shorts, dimension);
    add_to_digest(&products, sizeof products);
    add_to_digest(sums[0], sizeof sums[0]);
    add_to_digest(dots[0], items * sizeof **dots);
    for (size_t i = 0; i < kernel_count; i++) {
        memcpy(packed_sums[1], start, sizeof start);
        list[i]->accumulate_packed(packed, dimension, index_of, gain, count, packed_sums[1]);
        require_equal(list[i]->name, "accumulate_packed", seed, packed_sums[0], packed_sums[1],
                      dimension * sizeof **packed_sums);
    }
    for (size_t i = 1; i < kernel_count; i++) {
        const anneal_kernel *kernel = list[i];
        memcpy(found, start, sizeof start);
        kernel->accumulate(rows, dimension, index_of, gain, count, found);
        require_equal(kernel->name, "accumulate", seed, expected, found, dimension * sizeof *found);
        const double other = kernel->square_sum(expected, prefix);
        require_equal(kernel->name, "square_sum", seed, &square, &other, sizeof other);
        kernel->scale(expected, prefix, 1 / (square + 1), floats[1]);
        require_equal(kernel->name, "scale", seed, floats[0], floats[1], prefix * sizeof **floats);
        kernel->context_sum(rows, index_of, items, sums[1]);
        require_equal(kernel->name, "context_sum", seed, sums[0], sums[1], sizeof sums[0]);
        kernel->context_dots(rows, index_of, items, sums[0], dots[1]);
        require_equal(kernel->name, "context_dots", seed, dots[0], dots[1], items * sizeof **dots);
        const anneal_products found_products = kernel->row_products(rows, shorts, dimension);
        require_equal(kernel->name, "row_products", seed, &products, &found_products, sizeof products);
    }
}

// Sums of float rows, of any length: each number is that of the plain loop.
static void check_float_rows(unsigned seed, const anneal_kernel *const *list, size_t kernel_count) {
    enum { row_count = 16, longest = 100 };
    static float table[row_count * longest], factors[row_count], sums_of[2][longest];
    uint32_t index[row_count];
    state = seed + 2;
    const size_t dimension = 1 + next_random() % longest, count = next_random() % (row_count + 1);
    for (size_t i = 0; i < row_count * dimension; i++) {
        table[i] = (float)((int32_t)next_random() % 100000) / 7;
    }
    for (size_t k = 0; k < count; k++) {
        index[k] = (uint32_t)(next_random() % row_count);
        factors[k] = (float)(next_random() % 1000) / 999;
    }
    for (size_t j = 0; j < dimension; j++) {
        sums_of[0][j] = (float)j / 3;
        for (size_t k = 0; k < count; k++) {
            const volatile float product = factors[k] * table[index[k] * dimension + j];
            sums_of[0][j] += product;
        }
    }
    add_to_digest(sums_of[0], dimension * sizeof **sums_of);
    for (size_t i = 0; i < kernel_count; i++) {
        for (size_t j = 0; j < dimension; j++) {
            sums_of[1][j] = (float)j / 3;
        }
        list[i]->add_rows(table, dimension, index, factors, count, sums_of[1]);
        require_equal(list[i]->name, "add_rows", seed, sums_of[0], sums_of[1], dimension * sizeof **sums_of);
    }
}

// The scan for word boundaries has no table: each build has one, which must equal the loop over bytes.
static void check_scan(unsigned seed) {
    static uint8_t text[4096], copies[2][4096 + anneal_scan_block];
    static uint32_t boundaries[2][4096 + 8];
    state = seed + 1;
    const size_t count = next_random() % (seed % 8 == 0 ? sizeof text : 300);
    for (size_t i = 0; i < count; i++) {
        text[i] = next_random() % 12 == 0 ? (uint8_t)next_random() : (uint8_t)"aZ. e-3Q"[next_random() % 8];
    }
    const anneal_scan_rules rules = {seed & 1, seed >> 1 & 1, seed >> 2 & 1, seed >> 3 & 1};
    const size_t expected = anneal_scan_reference(text, count, rules, copies[0], boundaries[0]);
    const size_t found = anneal_scan(text, count, rules, copies[1], boundaries[1]);
    require_equal("scan", "count", seed, &expected, &found, sizeof found);
    require_equal("scan", "copy", seed, copies[0], copies[1], count);
    require_equal("scan", "boundaries", seed, boundaries[0], boundaries[1], expected * sizeof **boundaries);
    add_to_digest(boundaries[1], found * sizeof **boundaries);
}

int main(int argc, char **argv) {
    const unsigned cases = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
    const anneal_kernel *list[8];
    const size_t kernel_count = kernels(list);
    for (unsigned seed = 0; seed < cases; seed++) {
        check_case(seed, list, kernel_count);
        check_float_rows(seed, list, kernel_count);
        check_scan(seed);
    }
    fprintf(stderr, "  equal to portable in %u cases (seeds 0..%u):", cases, cases - 1);
    for (size_t i = 1; i < kernel_count; i++) {
        fprintf(stderr, " %s", list[i]->name);
    }
    fprintf(stderr, "\n");
    printf("%016llx\n", (unsigned long long)digest);
    return 0;
}
