#define _GNU_SOURCE
#include "anneal_platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifndef __wasi__
#include <sys/mman.h>
#endif

// Linux's numbers, for C libraries that are older than the kernel.
#if defined(__linux__) && !defined(MADV_HUGEPAGE)
#define MADV_HUGEPAGE 14
#endif
#if defined(__linux__) && !defined(MADV_POPULATE_READ)
#define MADV_POPULATE_READ 22
#endif

void *anneal_resize(void *memory, size_t count) {
    void *moved = realloc(memory, count);
    if (moved) return moved;
    fprintf(stderr, "out of memory: %zu bytes\n", count);
    abort();
}

void anneal_free_memory(void *memory) { free(memory); }

size_t anneal_find_byte(const void *bytes, size_t count, uint8_t byte) {
    const char *found = count ? memchr(bytes, byte, count) : NULL;
    return found ? (size_t)(found - (const char *)bytes) : count;
}

#ifdef __wasi__

size_t anneal_page_size(void) { return 65536; }

void *anneal_map_file(int file, size_t count, int *error) {
    void *bytes = aligned_alloc(64, (count + 63) / 64 * 64);
    int64_t read = bytes ? anneal_file_read_at(file, bytes, count, 0) : -ENOMEM;
    // A file that became shorter since its size was asked for would end in bytes that nobody wrote.
    *error = read < 0 ? (int)-read : (size_t)read == count ? 0 : EIO;
    if (!*error) return bytes;
    free(bytes);
    return NULL;
}

void *anneal_map_zeroed(size_t count, size_t alignment) {
    (void)alignment; // There are no pages that a table could begin at.
    void *bytes = aligned_alloc(64, (count + 63) / 64 * 64);
    return bytes ? memset(bytes, 0, count) : NULL;
}

void anneal_unmap(void *start, size_t count) {
    (void)count;
    free(start);
}

void anneal_advise(void *start, size_t count, enum anneal_advice advice) { (void)start, (void)count, (void)advice; }

#else

size_t anneal_page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

void *anneal_map_file(int file, size_t count, int *error) {
    void *start = mmap(NULL, count, PROT_READ, MAP_PRIVATE, file, 0);
    *error = start == MAP_FAILED ? errno : 0;
    return start == MAP_FAILED ? NULL : start;
}

void *anneal_map_zeroed(size_t count, size_t alignment) {
    // More than needed, so that an aligned part lies inside; what is before and behind it is given back.
    char *block = mmap(NULL, count + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return NULL;
    size_t before = (alignment - (uintptr_t)block % alignment) % alignment;
    if (before) munmap(block, before);
    munmap(block + before + count, alignment - before);
    return block + before;
}

void anneal_unmap(void *start, size_t count) { munmap(start, count); }

void anneal_advise(void *start, size_t count, enum anneal_advice advice) {
    switch (advice) {
    case anneal_advice_large_pages:
#ifdef __linux__
        (void)madvise(start, count, MADV_HUGEPAGE);
#endif
        break;
    case anneal_advice_populate:
#ifdef __linux__
        (void)madvise(start, count, MADV_POPULATE_READ); // Unknown before Linux 5.14.
#endif
        break;
    case anneal_advice_release: (void)madvise(start, count, MADV_DONTNEED); break;
    }
}

#endif
