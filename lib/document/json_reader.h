/* The smallest pieces of JSON (RFC 8259): strings, numbers and literals of one line in memory,
 * found fast and not copied. What they mean is up to source_jsonl.c. */
#ifndef RLS_DOCUMENT_JSON_READER_H
#define RLS_DOCUMENT_JSON_READER_H

#include "base/bytes.h"

#include <stdbool.h>

typedef struct rls_json_reader {
    const uint8_t *start, *at, *end;
    const char    *problem; /* what was wrong at `at`; NULL as long as nothing is */
} rls_json_reader;

typedef enum rls_json_kind {
    RLS_JSON_STRING,
    RLS_JSON_WORD, /* number, true, false */
    RLS_JSON_NULL, /* also NaN and Infinity, which some writers put out */
    RLS_JSON_OBJECT,
    RLS_JSON_ARRAY,
    RLS_JSON_NONE /* `problem` is set */
} rls_json_kind;

typedef struct rls_json_value {
    rls_json_kind kind;
    rls_bytes     text;        /* of a string, between its quotes and still escaped; of a word */
    bool          has_escapes; /* of a string */
} rls_json_value;

void rls_json_reader_init(rls_json_reader *reader, rls_bytes text);

/* Past white space: the next byte, 0 at the end. */
uint8_t rls_json_peek(rls_json_reader *reader);

/* A string, number or literal whole; of an object or array, the opening bracket alone. */
rls_json_value rls_json_read(rls_json_reader *reader);

/* Past the rest of `depth` open objects and arrays, whatever is in them. */
bool rls_json_skip(rls_json_reader *reader, uint64_t depth);

#endif
