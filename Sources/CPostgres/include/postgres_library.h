#ifndef ANNEAL_POSTGRES_LIBRARY_H
#define ANNEAL_POSTGRES_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

// Nullability is for Swift's importer; other compilers do without.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

/// A connection and a result, as libpq keeps them.
typedef struct postgres_connection postgres_connection;
typedef struct postgres_result postgres_result;

// The values of libpq's enumerations that are used, as its documentation numbers them.
#define POSTGRES_CONNECTION_OK 0
#define POSTGRES_EMPTY_QUERY 0
#define POSTGRES_COMMAND_OK 1
#define POSTGRES_TUPLES_OK 2
#define POSTGRES_COPY_IN 4
/// The field of an error that holds its five-character code (PG_DIAG_SQLSTATE).
#define POSTGRES_FIELD_CODE 'C'
/// The field of an error that holds its first line (PG_DIAG_MESSAGE_PRIMARY).
#define POSTGRES_FIELD_MESSAGE 'M'

/// The functions of libpq that are used. Source: https://www.postgresql.org/docs/current/libpq.html
typedef struct postgres_library {
    postgres_connection *_Nullable (*_Nonnull connect)(const char *_Nullable const *_Nonnull keywords,
                                                       const char *_Nullable const *_Nonnull values, int expand);
    void (*_Nonnull finish)(postgres_connection *_Nonnull connection);
    int (*_Nonnull status)(const postgres_connection *_Nonnull connection);
    int (*_Nonnull server_version)(const postgres_connection *_Nonnull connection);
    char *_Nullable (*_Nonnull error_message)(const postgres_connection *_Nonnull connection);

    postgres_result *_Nullable (*_Nonnull execute)(postgres_connection *_Nonnull connection, const char *_Nonnull sql,
                                                   int count, const unsigned *_Nullable types,
                                                   const char *_Nullable const *_Nullable values,
                                                   const int *_Nullable lengths, const int *_Nullable formats,
                                                   int result_format);
    int (*_Nonnull result_status)(const postgres_result *_Nonnull result);
    char *_Nullable (*_Nonnull result_error_field)(const postgres_result *_Nonnull result, int field);
    int (*_Nonnull rows)(const postgres_result *_Nonnull result);
    int (*_Nonnull is_null)(const postgres_result *_Nonnull result, int row, int column);
    char *_Nonnull (*_Nonnull value)(const postgres_result *_Nonnull result, int row, int column);
    void (*_Nonnull clear)(postgres_result *_Nonnull result);

    int (*_Nonnull put_copy_data)(postgres_connection *_Nonnull connection, const char *_Nonnull buffer, int count);
    int (*_Nonnull put_copy_end)(postgres_connection *_Nonnull connection, const char *_Nullable message);
    postgres_result *_Nullable (*_Nonnull next_result)(postgres_connection *_Nonnull connection);
} postgres_library;

/// Loads libpq and finds its functions; it stays loaded.
/// - name: a path, or a name that the dynamic linker looks for.
/// - message: why it failed, cut to `capacity` bytes with the zero.
/// - Returns: whether `library` is complete.
bool postgres_library_load(const char *_Nonnull name, postgres_library *_Nonnull library, char *_Nonnull message,
                           size_t capacity);

#endif
