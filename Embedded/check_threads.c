// Calls of the C library from many threads at once and in a child of `fork`: Embedded Swift's counts of references and what
// is made on first use must stand that. Prints the number of calls; exits 1 with the first that differs.
//
//   check_threads MODEL

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "anneal.h"

enum { thread_count = 8, rounds = 10, dimension_max = 256 };
static const char *model;
static const char text[] = "how do i turn the light off in new york, and who is not eating";
static anneal_engine shared;
static pthread_barrier_t start;

static void must(int32_t status, const anneal_error *error) {
    if (status == ANNEAL_OK) return;
    fprintf(stderr, "check_threads: %s\n", error->message);
    exit(1);
}

static void embed(anneal_engine engine, int32_t mode, float *vector) {
    anneal_error error;
    size_t dimension;
    must(anneal_dimension(engine, &dimension, &error), &error);
    const uint32_t offsets[] = {0, sizeof text - 1};
    const anneal_texts texts = {(const uint8_t *)text, sizeof text - 1, offsets, sizeof *offsets, 1};
    const anneal_options options = {.mode = mode, .normalize = 1, .threads = 2};
    must(anneal_encode(engine, &texts, &options, vector, dimension, &error), &error);
}

/// Opens engines of its own and uses the shared one, in turns.
static void *work(void *expected) {
    if (shared == 0 || expected) pthread_barrier_wait(&start);
    float(*vectors)[dimension_max] = calloc(3, sizeof *vectors);
    for (int round = 0; round < rounds; round++) {
        anneal_error error;
        anneal_engine own;
        must(anneal_open(model, NULL, &own, &error), &error);
        for (int32_t mode = 0; mode < 3; mode++) {
            embed(round % 2 || shared == 0 ? own : shared, mode, vectors[mode]);
            if (expected && memcmp(vectors[mode], ((float(*)[dimension_max])expected)[mode], sizeof vectors[mode]) != 0) {
                fprintf(stderr, "check_threads: expected equal vectors, found others in mode %d\n", (int)mode);
                exit(1);
            }
        }
        must(anneal_close(own, &error), &error);
        if (anneal_close(own, &error) != ANNEAL_ERROR_ENGINE) exit(1);
        if (!expected) break;
    }
    if (!expected) return vectors;
    free(vectors);
    return NULL;
}

static void work_on_threads(void *expected) {
    pthread_t threads[thread_count];
    pthread_barrier_init(&start, NULL, thread_count);
    for (int i = 0; i < thread_count; i++) pthread_create(&threads[i], NULL, work, expected);
    for (int i = 0; i < thread_count; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
}

static void work_in_child(void *expected) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        work_on_threads(expected);
        _exit(0);
    }
    if (waitpid(child, &status, 0) == child && status == 0) return;
    fprintf(stderr, "check_threads: expected a child that ends well, found status %d\n", status);
    exit(1);
}

int main(int count, char **values) {
    anneal_error error;
    if (count != 2) return 64;
    model = values[1];
    // First of all a process in which everything is used for the first time, by all threads together.
    work_in_child(NULL);
    must(anneal_open(model, NULL, &shared, &error), &error);
    void *expected = work(NULL);
    work_on_threads(expected);
    work_in_child(expected);
    free(expected);
    must(anneal_close(shared, &error), &error);
    printf("%d calls on %d threads, as many after a fork: equal vectors\n", thread_count * rounds * 3, (int)thread_count);
    return 0;
}
