#include "analysis/keyword_key.h"

/* What a dictionary takes as a term. */
enum {
    KEY_MAX = 65535
};

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static rls_bytes
trim(rls_bytes text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

rls_status
rls_keyword_key(rls_analyzer *analyzer, rls_bytes field, rls_bytes value, rls_buffer *key,
                rls_error *err)
{
    rls_status status;
    size_t     start;

    rls_buffer_clear(key);
    value = trim(value);
    if (value.size == 0 || value.size > RLS_KEYWORD_MAX ||
        field.size > KEY_MAX - RLS_KEYWORD_MAX - 2)
        return RLS_OK;
    status = rls_analyzer_fold(analyzer, value, RLS_FOLD_ALL, &value, err);
    if (status != RLS_OK)
        return status;
    /* Folding makes plain spaces of others. */
    value = trim(value);
    rls_buffer_put_u8(key, RLS_KEYWORD_MARK);
    rls_buffer_append(key, field.data, field.size);
    rls_buffer_put_u8(key, RLS_KEYWORD_MARK);
    start = key->size;
    for (size_t i = 0; i < value.size; i++) {
        if (!is_space(value.data[i]))
            rls_buffer_put_u8(key, value.data[i]);
        else if (!is_space(value.data[i - 1]))
            rls_buffer_put_u8(key, ' ');
    }
    if (key->failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a keyword");
    if (key->size == start || key->size - start > RLS_KEYWORD_MAX)
        rls_buffer_clear(key);
    return RLS_OK;
}
