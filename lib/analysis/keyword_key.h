/* The dictionary's key of an exact keyword: 0x01 field 0x01 folded-value. Terms of text never begin
 * with a byte below 0x20, so keywords have a part of the dictionary to themselves. Indexing and
 * searching make keys here, so both fold alike. */
#ifndef RLS_ANALYSIS_KEYWORD_KEY_H
#define RLS_ANALYSIS_KEYWORD_KEY_H

#include "analysis/analyzer.h"
#include "base/buffer.h"

enum {
    RLS_KEYWORD_MARK = 0x01,
    RLS_KEYWORD_MAX = 1024 /* bytes; longer values are indexed as text only */
};

/* Makes the key of `value` in `key`, cleared first: case and marks folded, white space trimmed and
 * its runs made one space. The key stays empty when the value has none: nothing in it, or too long.
 */
rls_status rls_keyword_key(rls_analyzer *analyzer, rls_bytes field, rls_bytes value,
                           rls_buffer *key, rls_error *err);

#endif
