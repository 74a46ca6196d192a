#ifndef ANNEAL_H
#define ANNEAL_H

/// The C interface of Anneal: text embeddings that are compiled, not inferred.
///
///     anneal_engine engine;
///     anneal_error error;
///     if (anneal_open(NULL, NULL, &engine, &error) != ANNEAL_OK) { puts(error.message); return 1; }
///     const char *bytes = "one textanother";
///     const uint32_t offsets[] = {0, 8, 15};
///     const anneal_texts texts = {(const uint8_t *)bytes, 15, offsets, 4, 2};
///     float vectors[2 * 256];
///     anneal_encode(engine, &texts, NULL, vectors, 2 * 256, &error);
///     anneal_close(engine, &error);
///
/// Every function may be called from any thread at any time, also after `fork`. Whatever the arguments are, as long as
/// the pointers point to what the types say, a call returns a status and never ends the process. `error` may be null
/// everywhere.

#include <stddef.h>
#include <stdint.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Changes when a function or structure of this file changes its meaning or layout.
#define ANNEAL_ABI_VERSION 1

/// What a call came to.
enum {
    ANNEAL_OK = 0,
    /// A null pointer, a number out of range, offsets that descend or leave the bytes.
    ANNEAL_ERROR_ARGUMENT = 1,
    /// An engine or a codec that is not open, or no longer.
    ANNEAL_ERROR_ENGINE = 2,
    /// No model, codec or table at that path, or no shipped model beside the library.
    ANNEAL_ERROR_MODEL_MISSING = 3,
    /// A model file that is damaged, of a newer version, or no model at all.
    ANNEAL_ERROR_MODEL = 4,
    /// Hand-written rules that cannot be read; the message has line and column.
    ANNEAL_ERROR_RULES = 5,
    /// A text longer than what the call takes.
    ANNEAL_ERROR_TEXT = 6,
    /// ANNEAL_KERNEL asks for a kernel that this processor does not have.
    ANNEAL_ERROR_KERNEL = 7,
    /// A codec that is damaged, of a newer version or no codec at all, or a vector that it cannot code.
    ANNEAL_ERROR_CODEC = 8,
    /// A lookup table that is damaged, of a newer version, raw, or made for another model.
    ANNEAL_ERROR_TABLE = 9,
};

/// How far programs are rewritten: see the documentation of `Mode`.
enum {
    ANNEAL_MODE_COMPILED = 0,
    ANNEAL_MODE_NAIVE = 1,
    ANNEAL_MODE_ANNEALED = 2,
};

/// Why a call failed: what was expected and what was found, in UTF-8. Belongs to the caller; only written on failure.
typedef struct anneal_error {
    /// The status that the call returned.
    int32_t status;
    /// Cut at a whole character where it does not fit; always ended by a zero.
    char message[1020];
} anneal_error;

/// An open model. A number and no pointer, so that a stale one is an error and no crash; never 0.
typedef uint64_t anneal_engine;

/// An open codec: what makes codes of a few bytes of vectors, and vectors of codes; never 0.
typedef uint64_t anneal_codec;

/// Texts in one block of bytes: text i is the bytes from offsets[i] up to offsets[i + 1]. This is the layout of an
/// Arrow string array, so its buffers can be passed as they are.
typedef struct anneal_texts {
    /// UTF-8; other bytes count as U+FFFD. May be null if `byte_count` is 0.
    const uint8_t *_Nullable bytes;
    uint64_t byte_count;
    /// `count` + 1 numbers, none below the one before. May be null if `count` is 0.
    const void *_Nullable offsets;
    /// Bytes of one offset: 4 or 8. Signed and unsigned offsets are told apart by no one: none may be negative.
    uint32_t offset_bytes;
    uint64_t count;
} anneal_texts;

/// How texts are encoded. All zeros is the default, except for `normalize`; a null pointer stands for the defaults.
typedef struct anneal_options {
    /// ANNEAL_MODE_...
    int32_t mode;
    /// 1 to divide each vector by its Euclidean norm (the default), 0 not to.
    int32_t normalize;
    /// How many numbers of each vector are kept, from the first; 0 for all.
    uint32_t dimension;
    /// 0 for one a processor. The result is the same for any number.
    uint32_t threads;
} anneal_options;

/// One token of a text: its number in the vocabulary, and the bytes of the text from `start` up to `end`.
typedef struct anneal_token {
    uint32_t id;
    uint32_t start;
    uint32_t end;
} anneal_token;

/// ANNEAL_ABI_VERSION of the library.
uint32_t anneal_abi_version(void);

/// Opens a model.
/// - path: the model file, zero-terminated; null for ANNEAL_MODEL or the model that lies beside the library.
/// - rules: hand-written phrases and rules as text ("k8s = kubernetes"), zero-terminated; null for none.
int32_t anneal_open(const char *_Nullable path, const char *_Nullable rules, anneal_engine *_Nullable engine,
                    anneal_error *_Nullable error);

/// Opens a model with rows for what its vocabulary does not know, as emoji and other scripts. Of texts that it knows, not a
/// bit changes; `anneal_explain` shows the rows that others got.
/// - path, rules: as for `anneal_open`.
/// - lookup: a table of mapped rows for the model, as `anneal lookup build --align` writes it, zero-terminated; null for
///   none. It must stay as it is until the engine is closed.
int32_t anneal_open_with_lookup(const char *_Nullable path, const char *_Nullable rules, const char *_Nullable lookup,
                                anneal_engine *_Nullable engine, anneal_error *_Nullable error);

/// Opens a model where its bytes lie: in the program itself, or in memory that the caller has read it to.
/// - bytes: at a multiple of 64; none is copied. They must stay as they are until the engine is closed and its last call
///   has returned.
int32_t anneal_open_bytes(const void *_Nullable bytes, uint64_t byte_count, anneal_engine *_Nullable engine,
                          anneal_error *_Nullable error);

/// Closes an engine. Calls that are running finish; later ones fail.
int32_t anneal_close(anneal_engine engine, anneal_error *_Nullable error);

/// The numbers of a whole vector.
int32_t anneal_dimension(anneal_engine engine, size_t *_Nullable dimension, anneal_error *_Nullable error);

/// Writes the vectors of texts, row by row, as 32-bit floats. A text without known content gives zeros.
/// - texts: must not change during the call; offsets that do are an error, and the vectors are then of no use.
/// - vectors: `capacity` floats, exactly `count` times the dimension that is kept, at a multiple of 4 bytes.
int32_t anneal_encode(anneal_engine engine, const anneal_texts *_Nullable texts,
                      const anneal_options *_Nullable options, float *_Nullable vectors, uint64_t capacity,
                      anneal_error *_Nullable error);

/// Cuts a text into tokens and writes the first of them, those that the vocabulary does not know included.
/// - tokens: room for `capacity` of them; may be null if `capacity` is 0.
/// - count: receives how many tokens the whole text has, which may be more.
int32_t anneal_tokenize(anneal_engine engine, const uint8_t *_Nullable text, uint64_t byte_count,
                        anneal_token *_Nullable tokens, uint64_t capacity, uint64_t *_Nullable count,
                        anneal_error *_Nullable error);

/// Everything between a text and its vector, as JSON in UTF-8: what `anneal explain --json` prints.
/// - step_limit: stop after so many rewrites; negative for no limit.
/// - json, length: receive the JSON, zero-terminated, and its bytes without the zero; to be freed by `anneal_free`.
int32_t anneal_explain(anneal_engine engine, const uint8_t *_Nullable text, uint64_t byte_count, int32_t mode,
                       int64_t step_limit, char *_Nullable *_Nullable json, size_t *_Nullable length,
                       anneal_error *_Nullable error);

/// The cosine of two texts and the parts of it, as JSON in UTF-8: what `anneal compare --json` prints.
int32_t anneal_compare(anneal_engine engine, const uint8_t *_Nullable left, uint64_t left_byte_count,
                       const uint8_t *_Nullable right, uint64_t right_byte_count, int32_t mode,
                       char *_Nullable *_Nullable json, size_t *_Nullable length, anneal_error *_Nullable error);

/// The model as JSON: dimension, content hash, tokens, kernel, metadata; with a lookup also `lookup_rows`, how many it has.
int32_t anneal_describe(anneal_engine engine, char *_Nullable *_Nullable json, size_t *_Nullable length,
                        anneal_error *_Nullable error);

/// Opens a codec, as `anneal codes train` writes it. `default.search.codec` lies beside the shipped model.
/// - path: zero-terminated.
int32_t anneal_codec_open(const char *_Nullable path, anneal_codec *_Nullable codec, anneal_error *_Nullable error);

/// Closes a codec. Calls that are running finish; later ones fail.
int32_t anneal_codec_close(anneal_codec codec, anneal_error *_Nullable error);

/// The codec as JSON: kind, dimension, lengths that a code may have, vectors of training, content hash.
int32_t anneal_codec_describe(anneal_codec codec, char *_Nullable *_Nullable json, size_t *_Nullable length,
                              anneal_error *_Nullable error);

/// Writes the codes of vectors, one behind the other. The zero vector's is all zeros.
/// - vectors: `count` rows of the codec's dimension, at a multiple of 4 bytes.
/// - length: bytes of a code, one of the codec's lengths.
/// - threads: 0 for one a processor. The result is the same for any number.
/// - codes: `capacity` bytes, exactly `count` times `length`.
int32_t anneal_codec_encode(anneal_codec codec, const float *_Nullable vectors, uint64_t count, uint32_t length,
                            uint32_t threads, uint8_t *_Nullable codes, uint64_t capacity,
                            anneal_error *_Nullable error);

/// Writes the vectors that codes stand for; any bytes are a code.
/// - codes: `count` codes of `length` bytes.
/// - vectors: `capacity` floats, exactly `count` times the codec's dimension, at a multiple of 4 bytes.
int32_t anneal_codec_decode(anneal_codec codec, const uint8_t *_Nullable codes, uint64_t count, uint32_t length,
                            uint32_t threads, float *_Nullable vectors, uint64_t capacity,
                            anneal_error *_Nullable error);

/// Writes rows as signed bytes: the greatest number of each row, by its magnitude, becomes 127 or -127, so that the cosines
/// of rows stay nearly what they are. -128 never occurs.
/// - vectors: `count` rows of `dimension` finite numbers, at a multiple of 4 bytes.
/// - bytes: `capacity` of them, exactly `count` times `dimension`.
int32_t anneal_to_bytes(const float *_Nullable vectors, uint64_t count, uint64_t dimension, int8_t *_Nullable bytes,
                        uint64_t capacity, anneal_error *_Nullable error);

/// Frees what `anneal_explain`, `anneal_compare`, `anneal_describe` or `anneal_codec_describe` gave. Null is allowed.
void anneal_free(char *_Nullable json);

#ifdef __cplusplus
}
#endif

#endif
