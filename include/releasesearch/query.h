/** @file query.h
 *  A query: parsed from what a person typed, or built. It knows no index and may be used with any
 *  snapshot, by several threads at a time. The language: docs/query-language.md. */
#ifndef RELEASESEARCH_QUERY_H
#define RELEASESEARCH_QUERY_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rls_query rls_query;

/** Parses @a text (UTF-8; any bytes are accepted): every string is a query. Operators that are not
 *  well formed are taken as words, which rls_query_get_note() tells.
 *  @param strict  a note becomes RLS_BAD_QUERY with its byte in err->offset
 *  @return RLS_OK, RLS_BAD_QUERY, RLS_NO_MEMORY */
RLS_API rls_status rls_query_parse(const char *text, size_t size, bool strict,
                                   rls_query **out_query, rls_error *err);

/** Notes of parsing: NULL when @a i is past the last. */
RLS_API const char *rls_query_get_note(const rls_query *query, uint32_t i, uint32_t *out_start,
                                       uint32_t *out_end);

/** Takes NULL. */
RLS_API void rls_query_close(rls_query *query);

/** How a group combines its children. */
typedef enum rls_group {
    RLS_GROUP_BAG, /**< as words typed side by side: all of them first, then the others */
    RLS_GROUP_AND,
    RLS_GROUP_OR
} rls_group;

typedef enum rls_role {
    RLS_ROLE_PLAIN,
    RLS_ROLE_MUST,    /**< +: required */
    RLS_ROLE_MUST_NOT /**< -: excludes */
} rls_role;

/** Building: leaves are added to the group that was opened last. @{ */
RLS_API rls_status rls_query_create(rls_group group, rls_query **out_query, rls_error *err);
/** Puts all that @a query is so far, parsed or built, into a group RLS_GROUP_AND that is then the
 * one that is open: what is added from now on must match, too. So conditions come on top of what
 *  somebody typed; its text, and what rls_query_get_note() tells, stay. An empty query becomes one
 *  of the conditions alone.
 *  @return RLS_OK, RLS_BAD_ARGUMENT while a group is open, RLS_NO_MEMORY */
RLS_API rls_status rls_query_narrow(rls_query *query, rls_error *err);
RLS_API rls_status rls_query_open_group(rls_query *query, rls_group group, rls_role role,
                                        rls_error *err);
RLS_API rls_status rls_query_close_group(rls_query *query, rls_error *err);
/** @a field NULL: any text field. NUL-terminated texts; boost 1 is neutral. */
RLS_API rls_status rls_query_word(rls_query *query, const char *field, const char *word, bool exact,
                                  float boost, rls_role role, rls_error *err);
RLS_API rls_status rls_query_phrase(rls_query *query, const char *field, const char *phrase,
                                    float boost, rls_role role, rls_error *err);
RLS_API rls_status rls_query_prefix(rls_query *query, const char *field, const char *prefix,
                                    float boost, rls_role role, rls_error *err);
/** A phrase that differs from rls_query_phrase(): in its words, or in how far they may be moved. */
typedef struct rls_phrase_options {
    size_t   struct_size;
    bool     stems;    /**< words in any inflection, as `"…"~` */
    bool     exact;    /**< the forms as written, as `="…"` */
    uint32_t distance; /**< words are moved by at most so many places together, as `"…"~4` */
} rls_phrase_options;
#define RLS_PHRASE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(rls_phrase_options), false, false, 0                                                \
    }
RLS_API rls_status rls_query_phrase_with(rls_query *query, const char *field, const char *phrase,
                                         const rls_phrase_options *options, float boost,
                                         rls_role role, rls_error *err);
/** `?` one character, `*` any number. RLS_BAD_QUERY when the pattern is too large. */
RLS_API rls_status rls_query_wildcard(rls_query *query, const char *field, const char *pattern,
                                      float boost, rls_role role, rls_error *err);
/** Without its slashes. RLS_BAD_QUERY with the byte in err->offset when it is not well formed. */
RLS_API rls_status rls_query_regex(rls_query *query, const char *field, const char *pattern,
                                   float boost, rls_role role, rls_error *err);
/** @param edits  0..2 */
RLS_API rls_status rls_query_fuzzy(rls_query *query, const char *field, const char *word,
                                   uint32_t edits, float boost, rls_role role, rls_error *err);
/** Documents that have a value, or text, in @a field. */
RLS_API rls_status rls_query_exists(rls_query *query, const char *field, rls_role role,
                                    rls_error *err);
/** Every document. */
RLS_API rls_status rls_query_all(rls_query *query, rls_role role, rls_error *err);
/** Opens a group whose words, phrases, patterns, and OR groups of these, must stand near each other
 *  with at most @a distance other words among them; @a ordered: as they are added. Ended by
 *  rls_query_close_group(). */
RLS_API rls_status rls_query_open_near(rls_query *query, uint32_t distance, bool ordered,
                                       rls_role role, rls_error *err);
/** Weighs all that is in the group opened last; 1 is neutral. */
RLS_API rls_status rls_query_weigh_group(rls_query *query, float boost, rls_error *err);
/** A whole keyword value, a date ("2007-05") or a number, as text. */
RLS_API rls_status rls_query_value(rls_query *query, const char *field, const char *value,
                                   rls_role role, rls_error *err);
/** Both ends included; NULL leaves an end open. */
RLS_API rls_status rls_query_range(rls_query *query, const char *field, const char *from,
                                   const char *to, rls_role role, rls_error *err);
/** @} */

#ifdef __cplusplus
}
#endif
#endif
