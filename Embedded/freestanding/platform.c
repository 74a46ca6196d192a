// AnnealPlatform for a machine without an operating system: no files, one thread, no environment; and the few functions of
// the C library that compilers and the engine's sources call.

#include <stdlib.h>
#include <string.h>

#include "anneal_platform.h"
#include "freestanding.h"
#include "shipped_model.h"

// MARK: last words

static char words[256];
static size_t word_count;

const char *anneal_last_words(void) { return words; }

static void note_byte(char byte) {
    if (word_count + 1 < sizeof words) words[word_count++] = byte;
}

void anneal_note(const char *text) {
    while (*text) note_byte(*text++);
}

void anneal_note_number(size_t number) {
    if (number >= 10) anneal_note_number(number / 10);
    note_byte((char)('0' + number % 10));
}

/// Where Swift writes why it stops.
int putchar(int byte) {
    note_byte((char)byte);
    return byte;
}

_Noreturn void abort(void) { __builtin_trap(); }

// MARK: the C library

void *memcpy(void *restrict to, const void *restrict from, size_t count) { return __builtin_memcpy(to, from, count); }
void *memmove(void *to, const void *from, size_t count) { return __builtin_memmove(to, from, count); }
void *memset(void *to, int byte, size_t count) { return __builtin_memset(to, byte, count); }

int memcmp(const void *left, const void *right, size_t count) {
    const uint8_t *a = left, *b = right;
    for (size_t index = 0; index < count; index++) {
        if (a[index] != b[index]) return a[index] < b[index] ? -1 : 1;
    }
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

int strcmp(const char *left, const char *right) {
    while (*left && *left == *right) left++, right++;
    return (uint8_t)*left - (uint8_t)*right;
}

char *getenv(const char *name) {
    (void)name;
    return NULL;
}

double round(double x) {
    const double whole = __builtin_trunc(x);
    return whole + __builtin_copysign(__builtin_fabs(x - whole) >= 0.5 ? 1.0 : 0.0, x);
}

/// The seeds of Swift's hash tables. The same each time: there is nothing here that nobody can guess.
void arc4random_buf(void *bytes, size_t count) { memset(bytes, 0x5A, count); }

/// The product of numbers of 128 bits, by halves of 64, which the compiler asks for.
__int128 __multi3(__int128 left, __int128 right) {
    const uint64_t a = (uint64_t)left, b = (uint64_t)right;
    const uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    const uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32), middle = a0 * b1 + (uint32_t)cross;
    const uint64_t high = a1 * b1 + (cross >> 32) + (middle >> 32) + a * (uint64_t)(right >> 64) +
                          (uint64_t)(left >> 64) * b;
    return (__int128)((unsigned __int128)high << 64 | middle << 32 | (uint32_t)low);
}

// MARK: AnnealPlatform

size_t anneal_find_byte(const void *bytes, size_t count, uint8_t byte) {
    size_t place = 0;
    while (place < count && ((const uint8_t *)bytes)[place] != byte) place++;
    return place;
}

void anneal_error_text(int code, char *text, size_t capacity) {
    (void)code;
    static const char message[] = "there are no files here";
    const size_t count = sizeof message < capacity ? sizeof message : capacity;
    memcpy(text, message, count);
    if (count) text[count - 1] = 0;
}

size_t anneal_image_path(char *path, size_t capacity) {
    (void)path, (void)capacity;
    return 0;
}

const char *anneal_environment(const char *name) { return getenv(name); }

int anneal_path_is_readable(const char *path) {
    (void)path;
    return -ENOENT;
}
int anneal_file_open(const char *path, enum anneal_access access, unsigned mode) {
    (void)path, (void)access, (void)mode;
    return -ENOENT;
}

int anneal_file_close(int file) {
    (void)file;
    return 0;
}
int anneal_file_status(int file, struct anneal_status *status) {
    (void)file, (void)status;
    return -ENOENT;
}
void *anneal_map_file(int file, size_t count, int *error) {
    (void)file, (void)count;
    *error = ENOENT;
    return NULL;
}
