#ifndef ANNEAL_FREESTANDING_H
#define ANNEAL_FREESTANDING_H

#include <stddef.h>

/// Memory at a multiple of 64 bytes, for the host to write to; null where there is none. Freed by `free`.
void *anneal_allocate(size_t count);

/// What the module had to say before it stopped: the host reads it where a call ended in a trap.
const char *anneal_last_words(void);

/// Adds to the last words.
void anneal_note(const char *text);
void anneal_note_number(size_t number);

#endif
