// Embeds lines with the C library that needs no Swift runtime (Embedded/library).
//
//   cc embed.c -I FOLDER FOLDER/libanneal.a -lm -o embed
//   ./embed MODEL compiled < lines > vectors          32-bit floats, a row a line; modes: naive, compiled, annealed
//   ./embed MODEL explain "a man is not eating"       the JSON of `anneal explain --json`
//   ./embed MODEL describe                            the model as JSON, and the loops that run: "avx2", "neon"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "anneal.h"

static int fail(const anneal_error *error) {
    fprintf(stderr, "embed: %s\n", error->message);
    return 1;
}

static void *grown(void *memory, size_t count) {
    void *moved = realloc(memory, count);
    if (moved) return moved;
    fprintf(stderr, "embed: out of memory: %zu bytes\n", count);
    exit(71);
}

/// All of standard input.
static char *read_all(size_t *count) {
    size_t capacity = 1 << 16;
    char *bytes = grown(NULL, capacity);
    *count = 0;
    size_t part;
    while ((part = fread(bytes + *count, 1, capacity - *count, stdin)) > 0) {
        *count += part;
        if (*count == capacity) bytes = grown(bytes, capacity *= 2);
    }
    return bytes;
}

static int embed_lines(anneal_engine engine, int32_t mode, anneal_error *error) {
    size_t byte_count, dimension;
    char *bytes = read_all(&byte_count);
    // The line feeds are taken out, so that the texts follow each other: text i ends where text i + 1 begins.
    uint64_t *offsets = grown(NULL, sizeof *offsets * (byte_count + 2));
    size_t length = 0, count = 0;
    offsets[0] = 0;
    for (size_t index = 0; index < byte_count; index++) {
        if (bytes[index] != '\n') bytes[length++] = bytes[index];
        else offsets[++count] = length;
    }
    if (length > offsets[count]) offsets[++count] = length;

    if (anneal_dimension(engine, &dimension, error) != ANNEAL_OK) return fail(error);
    float *vectors = grown(NULL, sizeof *vectors * dimension * count + 1);
    const anneal_texts texts = {(const uint8_t *)bytes, length, offsets, sizeof *offsets, count};
    const anneal_options options = {.mode = mode, .normalize = 1};
    if (anneal_encode(engine, &texts, &options, vectors, dimension * count, error) != ANNEAL_OK) return fail(error);
    size_t written = fwrite(vectors, sizeof *vectors * dimension, count, stdout);
    free(vectors);
    free(offsets);
    free(bytes);
    if (written == count && fflush(stdout) == 0) return 0;
    perror("embed: standard output");
    return 73;
}

static int print(char *json) {
    puts(json);
    anneal_free(json);
    return 0;
}

int main(int count, char **values) {
    anneal_error error;
    anneal_engine engine;
    if (count < 3 || (strcmp(values[2], "explain") == 0) != (count == 4)) {
        fputs("usage: embed MODEL naive|compiled|annealed < lines > vectors\n"
              "       embed MODEL explain TEXT\n"
              "       embed MODEL describe\n", stderr);
        return 64;
    }
    if (anneal_open(values[1], NULL, &engine, &error) != ANNEAL_OK) return fail(&error);
    const char *what = values[2];
    char *json;
    size_t length;
    int status = 64;
    if (strcmp(what, "explain") == 0) {
        const char *text = values[3];
        status = anneal_explain(engine, (const uint8_t *)text, strlen(text), ANNEAL_MODE_COMPILED, -1, &json, &length,
                                &error) == ANNEAL_OK ? print(json) : fail(&error);
    } else if (strcmp(what, "describe") == 0) {
        status = anneal_describe(engine, &json, &length, &error) == ANNEAL_OK ? print(json) : fail(&error);
    } else if (strcmp(what, "naive") == 0) {
        status = embed_lines(engine, ANNEAL_MODE_NAIVE, &error);
    } else if (strcmp(what, "compiled") == 0) {
        status = embed_lines(engine, ANNEAL_MODE_COMPILED, &error);
    } else if (strcmp(what, "annealed") == 0) {
        status = embed_lines(engine, ANNEAL_MODE_ANNEALED, &error);
    } else {
        fprintf(stderr, "embed: expected naive, compiled, annealed, explain or describe, found %s\n", what);
    }
    anneal_close(engine, NULL);
    return status;
}
