#ifndef ANNEAL_INDEX_SQLITE_H
#define ANNEAL_INDEX_SQLITE_H

#include <stddef.h>
#include <stdint.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

struct sqlite3;
struct sqlite3_stmt;

/// The passages that hold one word of a query, ascending, and how often each holds it.
typedef struct index_postings {
    int64_t *_Nullable passages;
    int32_t *_Nullable times;
    size_t count;
    size_t capacity;
} index_postings;

/// What FTS5 knows of a query's words. Starts as zeros; `index_words_free` gives back what it owns.
typedef struct index_words {
    /// One for each word, in the order of the query.
    index_postings *_Nullable words;
    size_t count;
    /// Passages of the whole table, and the words that all of them hold together.
    int64_t passages;
    int64_t tokens;
} index_words;

/// Adds the function `anneal_words(TABLE, POINTER)` to a connection, for `index_words_collect`.
/// - Returns: an SQLite result code.
int index_words_register(struct sqlite3 *_Nonnull db);

/// Reads the postings of a query's words.
/// - statement: `SELECT anneal_words(TABLE, ?1) FROM TABLE WHERE TABLE MATCH ?2 LIMIT 1`. It is left reset.
/// - match: FTS5's query; each of its phrases is a word.
/// - words: what it held before is freed. No words are left in it if no passage holds any.
/// - Returns: an SQLite result code.
int index_words_collect(struct sqlite3_stmt *_Nonnull statement, const char *_Nonnull match, index_words *_Nonnull words);

void index_words_free(index_words *_Nonnull words);

/// Makes an SQLite file empty, whatever state it is in, in one transaction.
/// - Returns: an SQLite result code.
/// - Source: https://sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigresetdatabase
int index_reset(const char *_Nonnull path);

#endif
