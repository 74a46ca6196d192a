#ifndef ANNEAL_TEXT_H
#define ANNEAL_TEXT_H

#include <stddef.h>
#include <stdint.h>

/// What is done to a text while it is searched for boundaries.
typedef struct {
    /// Whether a change between an ASCII letter and another printable ASCII character is a boundary.
    int cuts_at_classes;
    /// Whether ASCII letters are folded to lower case in the copy.
    int folds_case;
} anneal_scan_rules;

/// The bytes that a scan may write beyond the end of the copy: whole blocks are written.
enum { anneal_scan_block = 64 };

/// Copies a text and finds the boundaries in it: every space, and, if the rules say so, every place where a letter
/// follows another printable character or the other way round. A character outside printable ASCII opens a stretch up
/// to the next space in which there are no such cuts, because what a normaliser makes of it may reach over them.
///
/// - text: `count` bytes, the first of which starts a word.
/// - copy: receives the bytes, with case folded if the rules say so; room for `count + anneal_scan_block` bytes. What
///   is written beyond `count` has no meaning.
/// - boundaries: receives `2 * position + (1 for a space, 0 for a cut)`, ascending; room for `count + 8` numbers.
///
/// Returns the number of boundaries. O(count).
size_t anneal_scan(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries);

/// The same, byte by byte: the reference of the tests.
size_t anneal_scan_reference(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries);

#endif
