#include "search_sqlite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// FTS5's own bm25 is asked once for every passage that holds any word: it looks up the passage's length in a table, and
// counts each word's passages in a second pass. Here each word's list is read once, and scored by who asks for it.

// What SQLite shows a pointer as: another type's is not handed out.
static const char pointer_type[] = "index_words";

static int grow(index_postings *list) {
    size_t capacity = list->capacity ? 2 * list->capacity : 1024;
    int64_t *passages = realloc(list->passages, capacity * sizeof *passages);
    if (!passages) return SQLITE_NOMEM;
    list->passages = passages;
    int32_t *times = realloc(list->times, capacity * sizeof *times);
    if (!times) return SQLITE_NOMEM;
    list->times = times;
    list->capacity = capacity;
    return SQLITE_OK;
}

// The first and only phrase of the query that `xQueryPhrase` makes has number 0.
static int add(const Fts5ExtensionApi *api, Fts5Context *context, void *user) {
    index_postings *list = user;
    if (list->count == list->capacity) {
        int status = grow(list);
        if (status != SQLITE_OK) return status;
    }
    Fts5PhraseIter place;
    int column, offset;
    int32_t times = 0;
    int status = api->xPhraseFirst(context, 0, &place, &column, &offset);
    if (status != SQLITE_OK) return status;
    for (; column >= 0; api->xPhraseNext(context, &place, &column, &offset)) times++;
    list->passages[list->count] = api->xRowid(context);
    list->times[list->count++] = times;
    return SQLITE_OK;
}

static void collect(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int count,
                    sqlite3_value **values) {
    index_words *words = count == 1 ? sqlite3_value_pointer(values[0], pointer_type) : NULL;
    if (!words) {
        sqlite3_result_error(result, "anneal_words: expected a pointer to index_words", -1);
        return;
    }
    index_words_free(words);
    int phrases = api->xPhraseCount(context);
    sqlite3_int64 passages = 0, tokens = 0;
    int status = api->xRowCount(context, &passages);
    if (status == SQLITE_OK) status = api->xColumnTotalSize(context, -1, &tokens);
    words->passages = passages;
    words->tokens = tokens;
    if (status == SQLITE_OK) {
        words->words = calloc((size_t)phrases + 1, sizeof *words->words);
        if (!words->words) status = SQLITE_NOMEM;
    }
    for (int phrase = 0; status == SQLITE_OK && phrase < phrases; phrase++) {
        words->count = (size_t)phrase + 1;
        status = api->xQueryPhrase(context, phrase, &words->words[phrase], add);
    }
    if (status == SQLITE_OK) {
        sqlite3_result_int(result, phrases);
    } else {
        sqlite3_result_error_code(result, status);
    }
}

int index_words_register(sqlite3 *db) {
    fts5_api *fts5 = NULL;
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL);
    if (status == SQLITE_OK) status = sqlite3_bind_pointer(statement, 1, &fts5, "fts5_api_ptr", NULL);
    if (status == SQLITE_OK) sqlite3_step(statement);
    int ended = sqlite3_finalize(statement);
    if (status == SQLITE_OK) status = ended;
    if (status != SQLITE_OK) return status;
    if (!fts5 || fts5->iVersion < 2) return SQLITE_MISUSE;
    return fts5->xCreateFunction(fts5, "anneal_words", NULL, collect, NULL);
}

int index_words_collect(sqlite3_stmt *statement, const char *match, index_words *words) {
    index_words_free(words);
    sqlite3_reset(statement);
    int status = sqlite3_bind_pointer(statement, 1, words, pointer_type, NULL);
    if (status == SQLITE_OK) status = sqlite3_bind_text(statement, 2, match, -1, SQLITE_STATIC);
    if (status == SQLITE_OK) {
        status = sqlite3_step(statement);
        if (status == SQLITE_ROW || status == SQLITE_DONE) status = SQLITE_OK;
    }
    sqlite3_reset(statement);
    // Both belong to the caller.
    sqlite3_clear_bindings(statement);
    return status;
}

void index_words_free(index_words *words) {
    for (size_t word = 0; word < words->count; word++) {
        free(words->words[word].passages);
        free(words->words[word].times);
    }
    free(words->words);
    memset(words, 0, sizeof *words);
}
