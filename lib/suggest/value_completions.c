/* What is typed → whole values of keyword fields that have it in them, from the begin of a word on.
 *
 * The values of a column are its distinct values, so looking through them costs nothing when a
 * field has hundreds of them, as persons and portfolios have. Of a column with very many the values
 * that begin so are taken from the dictionary, where they stand folded. */
#include "analysis/keyword_key.h"
#include "base/hash_table.h"
#include "base/sort.h"
#include "suggest/suggest.h"

enum {
    VALUES_MAX = 4096,  /* distinct values of a column that is looked through */
    LOOKED_MAX = 16384, /* of all columns together */
    FOUND_MAX = 256     /* values that are counted */
};

/* From one of the last words on, folded. */
typedef struct typed_tail {
    rls_bytes folded;
    uint32_t  start;
} typed_tail;

typedef struct found_value {
    rls_bytes text, field, key;
    uint32_t  words; /* typed ones that it has: more are better */
    uint32_t  start;
    uint64_t  count;
} found_value;

typedef struct value_search {
    rls_suggest   *suggest;
    typed_tail     tails[RLS_TYPED_WORDS]; /* the longest first */
    uint32_t       tail_count, looked;
    rls_hash_table keys; /* → found */
    rls_buffer     found, key;
} value_search;

static bool
is_letter(uint8_t byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || (byte >= '0' && byte <= '9') ||
           byte >= 0x80;
}

/* Whether `text`, folded, has `tail` at the begin of a word. */
static bool
has_tail(rls_bytes text, rls_bytes tail)
{
    if (text.size < tail.size)
        return false;
    for (size_t i = 0; i + tail.size <= text.size; i++) {
        if (text.data[i] == tail.data[0] && (i == 0 || !is_letter(text.data[i - 1])) &&
            memcmp(text.data + i, tail.data, tail.size) == 0)
            return true;
    }
    return false;
}

/* A quotation mark inside could not be written in a query. */
static bool
has_quote(rls_bytes value)
{
    for (size_t i = 0; i < value.size; i++)
        if ((value.data[i] == '"' || value.data[i] >= 0xc2) && rls_quote_size(value, i) > 0)
            return true;
    return false;
}

/* Folds as the analyzer does, ASCII in place. */
static rls_status
fold_value(value_search *search, rls_bytes value, uint8_t *near, rls_bytes *out_folded)
{
    rls_suggest *suggest = search->suggest;
    uint8_t      any = 0;

    for (size_t i = 0; i < value.size; i++) {
        uint8_t byte = value.data[i];
        any |= byte;
        near[i] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
    }
    *out_folded = rls_bytes_of(near, value.size);
    if (any < 0x80)
        return RLS_OK;
    return rls_analyzer_fold(suggest->analyzer, value, RLS_FOLD_ALL, out_folded, suggest->err);
}

static rls_status
add_found(value_search *search, rls_bytes field, rls_bytes value, uint32_t tail)
{
    rls_suggest *suggest = search->suggest;
    found_value  added = {
         .field = field, .words = search->tail_count - tail, .start = search->tails[tail].start};
    bool       inserted;
    uint32_t   next = (uint32_t)(search->found.size / sizeof added);
    rls_status status =
        rls_keyword_key(suggest->analyzer, field, value, &search->key, suggest->err);

    if (status != RLS_OK || search->key.size == 0 || next == FOUND_MAX)
        return status;
    if (search->key.failed || rls_hash_table_insert(&search->keys, rls_buffer_bytes(&search->key),
                                                    next, &inserted, &added.key.data) == NULL)
        return rls_suggest_no_memory(suggest);
    if (!inserted)
        return RLS_OK;
    added.key.size = search->key.size;
    added.text.size = value.size;
    added.text.data = (const uint8_t *)rls_arena_copy(&suggest->scratch, value.data, value.size);
    rls_buffer_append(&search->found, &added, sizeof added);
    return added.text.data == NULL || search->found.failed ? rls_suggest_no_memory(suggest)
                                                           : RLS_OK;
}

static rls_status
look_through(value_search *search, const rls_column *column)
{
    uint8_t    near[RLS_KEYWORD_MAX];
    rls_status status = RLS_OK;

    search->looked += column->value_count;
    for (uint32_t i = 0; status == RLS_OK && i < column->value_count; i++) {
        rls_bytes value = rls_column_keyword(column, i), folded;
        if (value.size > RLS_KEYWORD_MAX)
            continue;
        status = fold_value(search, value, near, &folded);
        for (uint32_t t = 0; status == RLS_OK && t < search->tail_count; t++) {
            if (has_tail(folded, search->tails[t].folded)) {
                if (has_quote(value))
                    break;
                status = add_found(search, column->name, value, t);
                break;
            }
        }
    }
    return status;
}

/* The values that begin with a tail, from the dictionary. */
static rls_status
walk_keys(value_search *search, const rls_segment *segment, rls_bytes field, uint32_t tail)
{
    rls_suggest        *suggest = search->suggest;
    rls_bytes           folded = search->tails[tail].folded;
    rls_buffer          begin;
    rls_termdict_cursor cursor;
    rls_status          status = RLS_OK;

    rls_buffer_init(&begin, suggest->heap);
    rls_buffer_put_u8(&begin, RLS_KEYWORD_MARK);
    rls_buffer_append(&begin, field.data, field.size);
    rls_buffer_put_u8(&begin, RLS_KEYWORD_MARK);
    rls_buffer_append(&begin, folded.data, folded.size);
    rls_termdict_cursor_init(&cursor, suggest->heap, rls_segment_termdict(segment));
    if (begin.failed)
        status = rls_suggest_no_memory(suggest);
    else
        status = rls_termdict_cursor_seek(&cursor, rls_buffer_bytes(&begin), suggest->err);
    for (uint32_t i = 0; status == RLS_OK && i < FOUND_MAX / 4; i++) {
        rls_bytes value;
        if (cursor.term.size < begin.size || memcmp(cursor.term.data, begin.data, begin.size) != 0)
            break;
        value = rls_bytes_of(cursor.term.data + field.size + 2, cursor.term.size - field.size - 2);
        if (!has_quote(value))
            status = add_found(search, field, value, tail);
        if (status == RLS_OK)
            status = rls_termdict_cursor_next(&cursor, suggest->err);
    }
    rls_termdict_cursor_release(&cursor);
    rls_buffer_release(&begin);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
look_in_segment(value_search *search, const rls_segment *segment)
{
    rls_bytes  wanted = search->suggest->typed.field;
    rls_status status = RLS_OK;

    for (uint32_t i = 0; status == RLS_OK && i < rls_segment_column_count(segment); i++) {
        const rls_column *column = rls_segment_column_at(segment, i);
        if (column->kind != RLS_COLUMN_KEYWORD ||
            (wanted.size > 0 && rls_bytes_compare(column->name, wanted) != 0))
            continue;
        if (column->value_count <= VALUES_MAX && search->looked < LOOKED_MAX) {
            status = look_through(search, column);
            continue;
        }
        for (uint32_t t = 0; status == RLS_OK && t < search->tail_count; t++)
            status = walk_keys(search, segment, column->name, t);
    }
    return status;
}

/* Documents with each value; 0 when none is live. */
static rls_status
count_found(value_search *search)
{
    rls_suggest        *suggest = search->suggest;
    const rls_snapshot *snapshot = suggest->snapshot;
    found_value        *found = (found_value *)(void *)search->found.data;

    for (size_t i = 0; i < search->found.size / sizeof *found; i++) {
        bool any = false;
        for (uint32_t s = 0; s < snapshot->segment_count; s++) {
            const rls_snapshot_segment *part = &snapshot->segments[s];
            rls_posting_list            list;
            rls_status                  status =
                rls_segment_find_term(part->segment, found[i].key, &list, suggest->err);
            if (status == RLS_NOT_FOUND)
                continue;
            found[i].count += list.doc_freq;
            if (status == RLS_OK && !any)
                status = rls_suggest_is_live(suggest, part, &list, &any);
            if (status != RLS_OK)
                return status;
        }
        if (!any)
            found[i].count = 0;
    }
    return RLS_OK;
}

static int
compare_found(const void *a, const void *b, void *context)
{
    const found_value *left = a, *right = b;

    (void)context;
    if (left->words != right->words)
        return left->words > right->words ? -1 : 1;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return rls_bytes_compare(left->key, right->key);
}

static rls_status
find_values(value_search *search)
{
    rls_suggest        *suggest = search->suggest;
    const rls_snapshot *snapshot = suggest->snapshot;
    rls_status          status = RLS_OK;
    const found_value  *found;
    size_t              count;

    for (uint32_t s = 0; status == RLS_OK && s < snapshot->segment_count; s++)
        status = look_in_segment(search, snapshot->segments[s].segment);
    if (status == RLS_OK)
        status = count_found(search);
    count = search->found.size / sizeof *found;
    if (status != RLS_OK || count == 0)
        return status;
    if (rls_sort(suggest->heap, search->found.data, count, sizeof *found, compare_found, NULL) !=
        RLS_OK)
        return rls_suggest_no_memory(suggest);
    found = (const found_value *)(const void *)search->found.data;
    for (size_t i = 0, told = 0; status == RLS_OK && i < count && told < suggest->limit; i++) {
        if (found[i].count == 0)
            continue;
        status = rls_suggest_add(suggest, (rls_suggest_item){.kind = RLS_SUGGEST_VALUE,
                                                             .text = found[i].text,
                                                             .field = found[i].field,
                                                             .count = found[i].count,
                                                             .start = found[i].start});
        told++;
    }
    return status;
}

/* What stands in front of the first word (a field, a quotation mark) goes with it. */
static rls_status
take_tails(value_search *search)
{
    rls_suggest          *suggest = search->suggest;
    const rls_typed_text *typed = &suggest->typed;

    for (uint32_t i = 0; i < typed->word_count; i++) {
        typed_tail tail;
        rls_status status = rls_suggest_fold(
            suggest,
            rls_bytes_of(typed->text.data + typed->words[i], typed->text.size - typed->words[i]),
            &tail.folded);
        if (status != RLS_OK)
            return status;
        tail.start = typed->words[i];
        if (i == 0)
            tail.start = typed->scope_start < tail.start ? typed->scope_start : tail.start;
        while (tail.folded.size > 0 && tail.folded.data[tail.folded.size - 1] == ' ')
            tail.folded.size--;
        if (tail.folded.size > 0 && tail.folded.size <= RLS_KEYWORD_MAX)
            search->tails[search->tail_count++] = tail;
    }
    return RLS_OK;
}

rls_status
rls_suggest_values(rls_suggest *suggest)
{
    value_search search = {.suggest = suggest};
    rls_status   status = take_tails(&search);

    if (status != RLS_OK || search.tail_count == 0)
        return status;
    rls_hash_table_init(&search.keys, suggest->heap);
    rls_buffer_init(&search.found, suggest->heap);
    rls_buffer_init(&search.key, suggest->heap);
    status = find_values(&search);
    rls_buffer_release(&search.key);
    rls_buffer_release(&search.found);
    rls_hash_table_release(&search.keys);
    return status;
}
