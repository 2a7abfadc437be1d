/* Text → tokens: words by the Unicode rules (UAX #29 over UTF-8), with position and byte offsets.
 *
 * Beyond UAX #29, so that what people write can be found whole and by its parts:
 *
 *  - Words tied by a hyphen, a slash, & or @, words tied by dots, colons or underscores, numbers
 *    tied by commas (multi-agent, and/or, R&D, e-mail addresses, beehive.govt.nz, snake_case,
 *    CVE-2024-1234, A/AC.198/3) are compounds: a token for the whole at the position of its first
 *    part, and a token for each part at a position of its own, so that "multi agent" in quotes
 *    finds it too. Compounds inside compounds (AC.198) are wholes as well.
 *  - C++, C#, .NET, #tag, @name: the whole, and the bare word, at one position.
 *  - U.S., don't, Minister's, 1,250.50, 20.04, CO₂ are one token each (U.S. without its last dot).
 *  - Runs of Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar give overlapping pairs of
 *    characters, each at a position of its own (a lone character gives itself).
 *  - An emoji, with all that modifies it, is a token.
 *
 * A token's surface is text[start, end). Tokens come in ascending (position, whole first): of two
 * wholes at one position, the larger. */
#ifndef RLS_ANALYSIS_TOKENIZER_H
#define RLS_ANALYSIS_TOKENIZER_H

#include "base/bytes.h"

#include <stdbool.h>

/* Longer words yield no token but take a position. */
enum {
    RLS_TOKEN_MAX_SIZE = 255
};

typedef enum rls_token_flag {
    RLS_TOKEN_WHOLE = 1 /* its parts follow, the first at the same position */
} rls_token_flag;

typedef struct rls_token {
    uint32_t start, end; /* bytes */
    uint32_t position;   /* from the first position given to init, ascending by 0 or 1 */
    uint32_t flags;
} rls_token;

typedef struct rls_tokenizer {
    rls_bytes text; /* below 4 GiB, any bytes: invalid UTF-8 parts words */
    uint32_t  at;
    uint32_t  position;
    bool      in_run;           /* the character at `at` ended the last pair of a run */
    bool      in_long_compound; /* `at` is inside a compound that gives its parts alone */
} rls_tokenizer;

void rls_tokenizer_init(rls_tokenizer *tokenizer, rls_bytes text, uint32_t first_position);

/* Fills up to `capacity` (at least 16) tokens; 0 at the end. The next free position is
 * tokenizer->position. */
size_t rls_tokenizer_fill(rls_tokenizer *tokenizer, rls_token *tokens, size_t capacity);

#endif
