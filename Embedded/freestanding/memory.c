// Memory for a machine that has nothing but memory: blocks of multiples of 16 bytes in one heap that only grows.
//
// A block begins with its size and that of the block before it, so that a freed block finds its neighbours and joins
// those that are free. Free blocks lie in lists by the power of two that their size has. A request takes the first block
// that fits of its own list, or any of a higher one.

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "anneal_platform.h"
#include "freestanding.h"

typedef struct block {
    /// Of the whole block; bit 0 says whether it is in use.
    size_t size;
    /// Of the block before it in memory; 0 for the first.
    size_t size_before;
    // Of a free block; otherwise room that lets the content begin at a multiple of 16.
    struct block *next;
    struct block *previous;
} block;

enum { header = 16, grain = 16, least = 32, page = 65536 };

// The linker puts it behind the stack and all data.
extern uint8_t __heap_base;

static block *lists[32];
static uint32_t filled_lists;
/// Behind the last block: a header that is always in use, of size 0.
static block *end;

static size_t size_of(const block *b) { return b->size & ~(size_t)1; }
static bool is_used(const block *b) { return b->size & 1; }
static block *after(block *b) { return (block *)((uint8_t *)b + size_of(b)); }
static block *before(block *b) { return (block *)((uint8_t *)b - b->size_before); }
static unsigned list_of(size_t size) { return 31 - (unsigned)__builtin_clz((uint32_t)size); }

static void put(block *b, size_t size) {
    const unsigned list = list_of(size);
    b->size = size;
    after(b)->size_before = size;
    b->previous = NULL;
    b->next = lists[list];
    if (b->next) b->next->previous = b;
    lists[list] = b;
    filled_lists |= 1u << list;
}

static void take_out(block *b) {
    const unsigned list = list_of(b->size);
    if (b->next) b->next->previous = b->previous;
    if (b->previous) b->previous->next = b->next;
    else lists[list] = b->next;
    if (!lists[list]) filled_lists &= ~(1u << list);
}

/// Puts a block that is in no list into one, joined with free neighbours.
static void release(block *b, size_t size) {
    block *next = (block *)((uint8_t *)b + size);
    if (!is_used(next)) {
        take_out(next);
        size += size_of(next);
    }
    if (b->size_before && !is_used(before(b))) {
        b = before(b);
        take_out(b);
        size += size_of(b);
    }
    put(b, size);
}

/// Adds memory behind the last block; false if there is none.
static bool grow(size_t size) {
    if (!end) {
        end = (block *)(((uintptr_t)&__heap_base + grain - 1) / grain * grain);
        if ((uintptr_t)end + header > __builtin_wasm_memory_size(0) * page &&
            __builtin_wasm_memory_grow(0, 1) == (size_t)-1) {
            end = NULL;
            return false;
        }
        end->size = 1;
        end->size_before = 0;
        // What is left of the memory that the module begins with.
        const size_t left = (__builtin_wasm_memory_size(0) * page - (uintptr_t)end - header) / grain * grain;
        if (left >= least) {
            block *first = end;
            end = (block *)((uint8_t *)first + left);
            end->size = 1;
            release(first, left);
            if (left >= size) return true;
        }
    }
    // A free block at the end grows with the memory; it is too small, or it would have been found.
    const size_t there = end->size_before && !is_used(before(end)) ? size_of(before(end)) : 0;
    const size_t pages = (size - there + page - 1) / page;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return false;
    block *b = end;
    end = (block *)((uint8_t *)b + pages * page);
    end->size = 1;
    end->size_before = pages * page;
    release(b, pages * page);
    return true;
}

static block *find(size_t size) {
    const unsigned list = list_of(size);
    for (block *b = lists[list]; b; b = b->next) {
        if (size_of(b) >= size) return b;
    }
    const uint32_t higher = list < 31 ? filled_lists & ~0u << (list + 1) : 0;
    return higher ? lists[__builtin_ctz(higher)] : NULL;
}

/// Splits what is not needed off a block that is in no list, and marks it as used.
static void *use(block *b, size_t have, size_t size) {
    if (have - size >= least) {
        block *rest = (block *)((uint8_t *)b + size);
        rest->size_before = size;
        b->size = size | 1;
        release(rest, have - size);
    } else {
        b->size = have | 1;
        after(b)->size_before = have;
    }
    return (uint8_t *)b + header;
}

static size_t block_size(size_t count) {
    const size_t size = (count + header + grain - 1) / grain * grain;
    return size < least ? least : size;
}

/// Null if there is no memory.
static void *allocate(size_t alignment, size_t count) {
    if (count > PTRDIFF_MAX - 2 * (size_t)page - alignment) return NULL;
    const size_t size = block_size(count);
    // Room in front for a block of its own, where the alignment asks for a place that the block does not begin at.
    const size_t wanted = alignment > grain ? size + alignment + least : size;
    block *b = find(wanted);
    if (!b) {
        if (!grow(wanted)) return NULL;
        b = find(wanted);
        if (!b) return NULL;
    }
    take_out(b);
    size_t have = size_of(b);
    uintptr_t content = (uintptr_t)b + header;
    if (content % alignment) {
        content = (content + least + alignment - 1) / alignment * alignment;
        const size_t front = content - header - (uintptr_t)b;
        block *aligned = (block *)((uint8_t *)b + front);
        aligned->size = (have - front) | 1;
        aligned->size_before = front;
        after(aligned)->size_before = have - front;
        release(b, front);
        b = aligned;
        have -= front;
    }
    return use(b, have, size);
}

static _Noreturn void end_for_want_of(size_t count) {
    anneal_note("out of memory: expected ");
    anneal_note_number(count);
    anneal_note(" more bytes, found ");
    anneal_note_number(__builtin_wasm_memory_size(0) * page);
    anneal_note(" bytes and no more to be had");
    abort();
}

void *anneal_allocate(size_t count) { return allocate(64, count); }

void *malloc(size_t count) {
    void *memory = allocate(grain, count);
    if (!memory) end_for_want_of(count);
    return memory;
}

int posix_memalign(void **memory, size_t alignment, size_t count) {
    *memory = allocate(alignment < grain ? grain : alignment, count);
    if (!*memory) end_for_want_of(count);
    return 0;
}

void free(void *memory) {
    if (!memory) return;
    block *b = (block *)((uint8_t *)memory - header);
    release(b, size_of(b));
}

void *realloc(void *memory, size_t count) {
    if (!memory) return malloc(count);
    block *b = (block *)((uint8_t *)memory - header);
    const size_t have = size_of(b) - header;
    if (count <= have) return memory;
    void *moved = malloc(count);
    memcpy(moved, memory, have);
    free(memory);
    return moved;
}

void *anneal_resize(void *memory, size_t count) { return realloc(memory, count); }
void anneal_free_memory(void *memory) { free(memory); }

void *anneal_map_zeroed(size_t count, size_t alignment) {
    // There are no large pages that a table should begin at.
    void *memory = allocate(alignment < 64 ? alignment : 64, count);
    // Who asks for pages cannot say what is wrong, and stops.
    if (!memory) end_for_want_of(count);
    return memset(memory, 0, count);
}
void anneal_unmap(void *start, size_t count) {
    (void)count;
    free(start);
}
void anneal_advise(void *start, size_t count, enum anneal_advice advice) { (void)start, (void)count, (void)advice; }
size_t anneal_page_size(void) { return page; }
