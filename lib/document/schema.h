/* Which fields there are and how they are treated. Without configuration the kinds are guessed:
 *
 *   title                                       text, stored
 *   date and its like (…date…, published,       date, stored, when all its values are dates
 *     created, modified, lastmod)
 *   any other name, values YYYY-MM-DD           date, stored
 *     with or without a time
 *   url, link, permalink, values http(s)://…    stored
 *   plain number                                number, stored; in a list also keyword
 *   string or list of strings                   keyword, text, stored
 *   string of more than 256 bytes or 1 line     text, stored
 *   true, false                                 keyword, stored
 *   nothing (null, empty)                       stored
 *
 * A schema file (`rsearch.yaml`) overrides kinds, weights and languages by field:
 *
 *   language: english
 *   fields:
 *     summary:  { type: text, weight: 2, language: french }
 *     ministers: { type: keyword, weight: 0.3 }
 *     internal: { type: ignore }
 *
 * type is one of text, keyword, date, number, stored, ignore, or a list of these; all but ignore
 * are stored as well unless the rule has `stored: false`. Without a type the kinds are guessed. A
 * rule for `extra` holds for `extra.team` as well, unless that has a rule of its own. */
#ifndef RLS_DOCUMENT_SCHEMA_H
#define RLS_DOCUMENT_SCHEMA_H

#include "base/buffer.h"
#include "document/document.h"

/* Ranking weights used when neither schema nor search says otherwise. */
#define RLS_WEIGHT_TITLE 2.5f
#define RLS_WEIGHT_KEYWORD 0.5f
#define RLS_WEIGHT_TEXT 1.0f /* body and other text */

/* In place of kinds: guessed from name and values. */
#define RLS_KINDS_GUESSED UINT32_MAX

rls_status rls_schema_new(rls_heap *heap, rls_schema **out_schema, rls_error *err); /* no rules */
/* Reads a schema file's bytes; `name` is for messages. Anything unknown is RLS_BAD_ARGUMENT, and
 * the message names the line. */
rls_status rls_schema_parse(rls_heap *heap, rls_bytes yaml, const char *name,
                            rls_schema **out_schema, rls_error *err);
void       rls_schema_free(rls_schema *schema);       /* takes NULL */
rls_heap  *rls_schema_heap(const rls_schema *schema); /* the one it was made in */

/* Adds or replaces the rule of one field; kinds 0 ignores the field; weight < 0 keeps the default.
 */
rls_status rls_schema_set(rls_schema *schema, rls_bytes field, uint32_t kinds, float weight,
                          rls_bytes language, rls_error *err);
rls_status rls_schema_set_language(rls_schema *schema, rls_bytes language, rls_error *err);
/* The canonical YAML text of the schema (for the manifest): parse of it gives the same schema, and
 * equal schemas give equal bytes. */
rls_status rls_schema_write(const rls_schema *schema, rls_buffer *out);

rls_bytes rls_schema_language(const rls_schema *schema); /* empty when not set */
/* The rules in ascending order of their names. */
typedef struct rls_schema_rule {
    rls_bytes field;
    uint32_t  kinds;    /* or RLS_KINDS_GUESSED */
    float     weight;   /* below 0: the default */
    rls_bytes language; /* empty: the document's */
} rls_schema_rule;
uint32_t               rls_schema_rule_count(const rls_schema *schema);
const rls_schema_rule *rls_schema_rule_at(const rls_schema *schema, uint32_t index);
/* Weight for ranking: the rule's, else by name and kinds ("body" and "title" included). */
float rls_schema_weight(const rls_schema *schema, rls_bytes field, uint32_t kinds);

/* Decides kinds of every field of the document (unless it has_kinds), drops ignored ones, parses
 * dates and numbers. Date 0001-01-01 is kept as stored text with has_date false. What a rule or the
 * name `date` says is a date and is none gives a note. */
rls_status rls_schema_apply(const rls_schema *schema, rls_document *document, rls_error *err);

#endif
