/* Dates that are told from today: yesterday, last year, 6 months ago. */
#ifndef RLS_DOCUMENT_DATE_RELATIVE_H
#define RLS_DOCUMENT_DATE_RELATIVE_H

#include "document/date.h"

/* Reads the whole of `text`, seen at `now` (civil seconds since 1970): today, yesterday, tomorrow;
 * this, last or next week, month or year; N days, weeks, months or years ago (a day of them), where
 * N may be a, an or one; last or past N days … (until now). Weeks begin on Monday; a month that is
 * too short for the day has its last. */
bool rls_date_parse_relative(rls_bytes text, int64_t now, rls_date_span *out_span);

#endif
