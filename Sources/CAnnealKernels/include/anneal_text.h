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
    /// Whether a word ends, and another begins as behind a space, between an ASCII mark (what is printable and no letter,
    /// digit or space) and a letter, and between a small letter and a capital. Such pairs are found from left to right and
    /// do not overlap: the letter behind a mark is the end of a pair, and so not the beginning of one.
    int ends_words;
    /// Whether the byte before the text is a mark that makes a pair with the first letter.
    int is_behind_mark;
} anneal_scan_rules;

/// The bytes that a scan may write beyond the end of the copy: whole blocks are written.
enum { anneal_scan_block = 64 };

/// Copies a text and finds the boundaries in it: every space, and, if the rules say so, every place where a letter
/// follows another printable character or the other way round, or where a word ends inside of a word. A character outside
/// printable ASCII opens a stretch up to the next space in which there are no such cuts, because what a normaliser makes of
/// it may reach over them.
///
/// - text: `count` bytes, the first of which starts a word.
/// - copy: receives the bytes, with case folded if the rules say so; room for `count + anneal_scan_block` bytes. What
///   is written beyond `count` has no meaning. Where words end inside of words, a stretch of other characters keeps its
///   case: it says where they do.
/// - boundaries: receives `4 * position + (3 for a space, 2 for the end of a word inside of a word, 0 for a cut)`, ascending;
///   room for `count + 8` numbers. So the word behind a boundary starts at `(boundary + 1) / 4`, and bit 1 says whether it
///   begins as behind a space.
///
/// Returns the number of boundaries. O(count).
size_t anneal_scan(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries);

/// The same, byte by byte: the reference of the tests.
size_t anneal_scan_reference(
    const uint8_t *text, size_t count, anneal_scan_rules rules, uint8_t *copy, uint32_t *boundaries);

#endif
