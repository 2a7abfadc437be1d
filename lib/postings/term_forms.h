/* The forms of a term, each told from the one before, the first from the term itself. */
#ifndef RLS_POSTINGS_TERM_FORMS_H
#define RLS_POSTINGS_TERM_FORMS_H

#include "postings/postings_writer.h"

/* Appends the forms part; form_count is at least 1. Failure is the buffer's. */
void rls_term_forms_put(rls_buffer *out, rls_bytes term, const rls_form *forms,
                        uint32_t form_count);

/* Finds the part's end. `several`: flags bit 1. Forms lie in *out_forms, without size and count. */
const uint8_t *rls_term_forms_skip(const uint8_t *at, const uint8_t *end, bool several,
                                   rls_bytes *out_forms, uint32_t *out_count);

#endif
