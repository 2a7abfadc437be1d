/** @file document.h
 *  A document made by a program. (Files are given to the writer as they are: writer.h.) */
#ifndef RELEASESEARCH_DOCUMENT_H
#define RELEASESEARCH_DOCUMENT_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A document being put together. One thread at a time. */
typedef struct rls_document rls_document;

/** An empty document under @a key, its identity for ever (NUL-terminated, not empty): adding
 * another document with the same key replaces it. The caller ends it with rls_document_close().
 *  @return RLS_OK, RLS_BAD_ARGUMENT, RLS_NO_MEMORY */
RLS_API rls_status rls_document_create(const char *key, rls_document **out_document,
                                       rls_error *err);

/** The main text. @a markdown: markup is not searched. Replaces an earlier body. Invalid UTF-8 is
 *  mended with U+FFFD. @return RLS_OK, RLS_NO_MEMORY */
RLS_API rls_status rls_document_body(rls_document *document, const char *text, size_t size,
                                     bool markdown, rls_error *err);

/** Adds a value to field @a name (NUL-terminated); a second call makes a list. The text is treated
 *  as a string in front matter would be: see docs/documents.md. The field "title" is the title.
 *  @return RLS_OK, RLS_BAD_ARGUMENT, RLS_NO_MEMORY */
RLS_API rls_status rls_document_add(rls_document *document, const char *name, const char *text,
                                    size_t size, rls_error *err);
RLS_API rls_status rls_document_add_number(rls_document *document, const char *name, double number,
                                           rls_error *err);

/** Takes NULL. */
RLS_API void rls_document_close(rls_document *document);

/** Reads the text of a value as an index does that has the field as a date.
 *  @param out_from  seconds since 1970-01-01 00:00 of the civil time that it names; no time zone
 *                   moves it
 *  @param out_to    when what it names has ended: a day, month or year later where it tells no more
 *  @return whether it is a date: an unknown one (`0001-01-01`) is none */
RLS_API bool rls_value_date(const char *text, size_t size, int64_t *out_from, int64_t *out_to);

/** The same of a number. @return whether it is one, and finite */
RLS_API bool rls_value_number(const char *text, size_t size, double *out_number);

#ifdef __cplusplus
}
#endif
#endif
