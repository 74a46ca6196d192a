#ifndef ANNEAL_FREESTANDING_STDLIB_H
#define ANNEAL_FREESTANDING_STDLIB_H

#include <stddef.h>

void *malloc(size_t count);
void *realloc(void *memory, size_t count);
void free(void *memory);
int posix_memalign(void **memory, size_t alignment, size_t count);
/// Null: there is no environment.
char *getenv(const char *name);
_Noreturn void abort(void);

#endif
