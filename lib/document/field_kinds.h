/* What a field is when nobody says so: the table of schema.h, from its name and values. */
#ifndef RLS_DOCUMENT_FIELD_KINDS_H
#define RLS_DOCUMENT_FIELD_KINDS_H

#include "document/document.h"

uint32_t rls_field_kinds_guess(const rls_field *field);

/* Sets has_date and has_number of every value as `field->kinds` asks for. Returns how many values
 * with text in them are not what they should be; *out_bad is the first. */
uint32_t rls_field_kinds_parse(rls_field *field, const rls_value **out_bad);

#endif
