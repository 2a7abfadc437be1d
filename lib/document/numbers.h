/* Plain decimal numbers as people and programs write them, the same in every locale. */
#ifndef RLS_DOCUMENT_NUMBERS_H
#define RLS_DOCUMENT_NUMBERS_H

#include "base/bytes.h"

#include <stdbool.h>

/* [+-]digits[.digits][e[+-]digits], the whole of `text`, finite and correctly rounded. A leading
 * zero before other digits makes a code, not a number. */
bool rls_number_parse(rls_bytes text, double *out);

/* The shortest of 9 significant digits, NUL-terminated, with a point in any locale. */
enum {
    RLS_NUMBER_SIZE = 32
};
void rls_number_write(float number, char out[RLS_NUMBER_SIZE]);
/* The shortest text of a finite number that reads back as it; returns its length. */
size_t rls_number_text(double number, char out[RLS_NUMBER_SIZE]);

#endif
