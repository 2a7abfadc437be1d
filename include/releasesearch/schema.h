/** @file schema.h
 *  Which fields there are and how they are treated. Nothing needs to be said: without a schema the
 *  kinds are guessed from names and values (see docs/documents.md). */
#ifndef RELEASESEARCH_SCHEMA_H
#define RELEASESEARCH_SCHEMA_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How a field is treated; any combination. 0 ignores the field. */
typedef enum rls_field_kind {
    RLS_FIELD_TEXT = 1,    /**< words are indexed and ranked */
    RLS_FIELD_KEYWORD = 2, /**< whole values: filters and facets */
    RLS_FIELD_DATE = 4,    /**< filters and sorting */
    RLS_FIELD_NUMBER = 8,  /**< filters and sorting */
    RLS_FIELD_STORED = 16  /**< comes back with a hit */
} rls_field_kind;

/** Rules by field. One thread at a time while it changes; then any number may read. */
typedef struct rls_schema rls_schema;

/** A schema without rules. The caller ends it with rls_schema_close().
 *  @return RLS_OK, RLS_NO_MEMORY */
RLS_API rls_status rls_schema_create(rls_schema **out_schema, rls_error *err);

/** Reads a schema from @a yaml (the text of an `rsearch.yaml`).
 *  @param name  for messages, such as the file's path
 *  @return RLS_OK, RLS_BAD_ARGUMENT naming the line, RLS_NO_MEMORY */
RLS_API rls_status rls_schema_read(const char *yaml, size_t yaml_size, const char *name,
                                   rls_schema **out_schema, rls_error *err);

/** Adds or replaces the rule of one field (NUL-terminated name).
 *  @param kinds     rls_field_kind, combined; 0 ignores the field
 *  @param weight    share in ranking, or negative for the default
 *  @param language  of this field's text, or NULL for the document's
 *  @return RLS_OK, RLS_BAD_ARGUMENT, RLS_NO_MEMORY */
RLS_API rls_status rls_schema_field(rls_schema *schema, const char *field, uint32_t kinds,
                                    float weight, const char *language, rls_error *err);

/** Takes NULL. */
RLS_API void rls_schema_close(rls_schema *schema);

#ifdef __cplusplus
}
#endif
#endif
