/* Dates as people write them. */
#ifndef RLS_DOCUMENT_DATE_H
#define RLS_DOCUMENT_DATE_H

#include "base/bytes.h"

#include <stdbool.h>

/* A span of civil time [from, to), seconds since 1970-01-01 (see document.h). */
typedef struct rls_date_span {
    int64_t from, to;
} rls_date_span;

/* Reads the whole of `text` as one date: 2007, 2007-05, 2007-05-28, 2007/05/28, 28 May 2007, May
 * 2007, May 28, 2007, 05/28/2007 (month first; day first when the first number is above 12),
 * 2018-07-16 9:00:00 -0400, 2023-05-30T16:00:00.000Z; a span as long as its precision. */
bool rls_date_parse(rls_bytes text, rls_date_span *out_span);

/* What stands for a date that nobody knows: year 1 or 0, month and day the first or none. */
bool rls_date_is_unknown(rls_bytes text);

/* True for strict ISO forms with at least a day: these are dates under any key. */
bool rls_date_is_iso(rls_bytes text);

int64_t rls_date_from_civil(int64_t year, unsigned month, unsigned day); /* seconds */
void    rls_date_to_civil(int64_t seconds, int64_t *year, unsigned *month, unsigned *day);

#endif
