#include "search/query_rewriter.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "analysis/keyword_key.h"
#include "document/date_relative.h"
#include "document/numbers.h"
#include "search/field_names.h"

static bool
equals(rls_bytes a, const char *b)
{
    return a.size == strlen(b) && memcmp(a.data, b, a.size) == 0;
}

rls_field_class
rls_field_classify(const rls_snapshot *snapshot, rls_bytes field)
{
    rls_field_class class = {.text = equals(field, "body")};

    for (uint32_t i = 0; i < snapshot->field_count; i++)
        if (rls_bytes_compare(snapshot->fields[i].name, field) == 0)
            class.text = true;
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment *segment = snapshot->segments[i].segment;
        if (rls_segment_column(segment, field, RLS_COLUMN_KEYWORD) != NULL)
            class.keyword = true;
        if (rls_segment_column(segment, field, RLS_COLUMN_DATE) != NULL)
            class.date = true;
        if (rls_segment_column(segment, field, RLS_COLUMN_NUMBER) != NULL)
            class.number = true;
    }
    return class;
}

static void
note_reversed(rls_rewriter *rewriter, const rls_leaf_style *style)
{
    rls_rewriter_note(rewriter, style->start, style->end,
                      "this range ends before it begins; nothing lies in it");
}

static rls_plan_node *
number_leaf(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *style)
{
    double         from = -INFINITY, to = INFINITY, value = 0.0, value_to = 0.0;
    rls_plan_leaf *leaf;
    rls_plan_node *made;

    if (node->text.size > 0 && !rls_number_parse(node->text, &value))
        return NULL;
    if (node->text_to.size > 0 && !rls_number_parse(node->text_to, &value_to))
        return NULL;
    switch (node->op) {
    case RLS_COMPARE_IS:
        from = to = value;
        break;
    case RLS_COMPARE_LESS:
        to = nextafter(value, -INFINITY);
        break;
    case RLS_COMPARE_LESS_EQUAL:
        to = value;
        break;
    case RLS_COMPARE_GREATER:
        from = nextafter(value, INFINITY);
        break;
    case RLS_COMPARE_GREATER_EQUAL:
        from = value;
        break;
    case RLS_COMPARE_RANGE:
        from = node->text.size > 0 ? value : from;
        to = node->text_to.size > 0 ? value_to : to;
        if (from > to)
            note_reversed(rewriter, style);
        break;
    }
    made = rls_rewriter_leaf(rewriter, RLS_LEAF_NUMBER, style, &leaf);
    if (made == NULL)
        return NULL;
    leaf->key = rls_rewriter_copy(rewriter, node->field);
    leaf->number_from = from;
    leaf->number_to = to;
    return made;
}

/* A date as people write it, or one told from today. */
static bool
parse_date(rls_rewriter *rewriter, rls_bytes text, rls_date_span *out_span)
{
    if (rls_date_parse(text, out_span))
        return true;
    if (rewriter->now == RLS_NOW) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        rewriter->now = (int64_t)now.tv_sec;
    }
    return rls_date_parse_relative(text, rewriter->now, out_span);
}

static rls_plan_node *
date_leaf(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *style)
{
    int64_t        from = INT64_MIN, to = INT64_MAX;
    rls_date_span  span = {0, 0}, span_to = {0, 0};
    rls_plan_leaf *leaf;
    rls_plan_node *made;

    if (node->text.size > 0 && !parse_date(rewriter, node->text, &span))
        return NULL;
    if (node->text_to.size > 0 && !parse_date(rewriter, node->text_to, &span_to))
        return NULL;
    switch (node->op) {
    case RLS_COMPARE_IS:
        from = span.from;
        to = span.to;
        break;
    case RLS_COMPARE_LESS:
        to = span.from;
        break;
    case RLS_COMPARE_LESS_EQUAL:
        to = span.to;
        break;
    case RLS_COMPARE_GREATER:
        from = span.to;
        break;
    case RLS_COMPARE_GREATER_EQUAL:
        from = span.from;
        break;
    case RLS_COMPARE_RANGE:
        from = node->text.size > 0 ? span.from : from;
        to = node->text_to.size > 0 ? span_to.to : to;
        if (from >= to)
            note_reversed(rewriter, style);
        break;
    }
    made = rls_rewriter_leaf(rewriter, RLS_LEAF_DATE, style, &leaf);
    if (made == NULL)
        return NULL;
    leaf->key = rls_rewriter_copy(rewriter, node->field);
    leaf->date_from = from;
    leaf->date_to = to;
    return made;
}

static rls_plan_node *
keyword_leaf(rls_rewriter *rewriter, const rls_query_node *node, rls_leaf_kind kind,
             const rls_leaf_style *style)
{
    rls_buffer     key;
    rls_plan_leaf *leaf;
    rls_plan_node *made = NULL;
    char          *copy = NULL;

    rls_buffer_init(&key, rewriter->heap);
    rewriter->status =
        rls_keyword_key(rewriter->analyzers[0], node->field, node->text, &key, rewriter->err);
    if (rewriter->status == RLS_OK) {
        if (key.size == 0 && kind == RLS_LEAF_KEYWORD_PREFIX) { /* any value of the field */
            rls_buffer_put_u8(&key, RLS_KEYWORD_MARK);
            rls_buffer_append(&key, node->field.data, node->field.size);
            rls_buffer_put_u8(&key, RLS_KEYWORD_MARK);
        }
        copy = key.failed ? NULL : rls_arena_copy(rewriter->arena, key.data, key.size);
        if (copy == NULL)
            rls_rewriter_no_memory(rewriter);
    }
    if (copy != NULL)
        made = rls_rewriter_leaf(rewriter, kind, style, &leaf);
    if (made != NULL)
        leaf->key = rls_bytes_of(copy, key.size);
    rls_buffer_release(&key);
    return made;
}

/* A list of alternatives under way. */
typedef struct options {
    rls_plan_node *first, **link;
} options;

static void
add_option(options *list, rls_plan_node *node)
{
    if (node == NULL)
        return;
    *list->link = node;
    list->link = &node->next;
}

static rls_plan_node *
all_of(rls_plan_node *node)
{
    if (node != NULL && node->compound) {
        node->kind = RLS_PLAN_AND;
        node->compound = false;
    }
    return node;
}

static rls_plan_node *
field_words(rls_rewriter *rewriter, const rls_query_node *node, bool whole,
            const rls_leaf_style *style)
{
    rls_leaf_style inner = *style;

    inner.field = node->field;
    inner.words = RLS_WORDS_STEMMED;
    if (node->exact)
        inner.words = RLS_WORDS_EXACT;
    else if (node->quoted && !node->stems)
        inner.words = RLS_WORDS_WRITTEN;
    if (node->quoted && node->distance > 0)
        return rls_rewrite_slop(rewriter, node->text, node->distance, &inner);
    return node->quoted ? rls_rewrite_phrase(rewriter, node->text, &inner)
                        : rls_rewrite_words(rewriter, node->text, whole, &inner);
}

/* The query's own text of a comparison, or what it would be. */
static rls_bytes
text_of(rls_rewriter *rewriter, const rls_query_node *node)
{
    static const char *const signs[] = {":", ":<", ":<=", ":>", ":>=", ":"};
    size_t                   sign_size = strlen(signs[node->op]), size = 0;
    uint8_t                 *text;

    /* The field of size:(3 x) stands before the parenthesis. */
    if (rewriter->query->text.size > 0 && node->end > node->start &&
        node->end <= rewriter->query->text.size && node->field.size <= node->end - node->start &&
        rls_bytes_compare(rls_bytes_of(rewriter->query->text.data + node->start, node->field.size),
                          node->field) == 0)
        return rls_bytes_of(rewriter->query->text.data + node->start, node->end - node->start);
    text = rls_arena_alloc(rewriter->arena,
                           node->field.size + sign_size + node->text.size + node->text_to.size + 2);
    if (text == NULL) {
        rls_rewriter_no_memory(rewriter);
        return rls_bytes_of(NULL, 0);
    }
    memcpy(text, node->field.data, node->field.size);
    size += node->field.size;
    memcpy(text + size, signs[node->op], sign_size);
    size += sign_size;
    if (node->text.size > 0)
        memcpy(text + size, node->text.data, node->text.size);
    size += node->text.size;
    if (node->op == RLS_COMPARE_RANGE) {
        memcpy(text + size, "..", 2);
        size += 2;
        if (node->text_to.size > 0)
            memcpy(text + size, node->text_to.data, node->text_to.size);
        size += node->text_to.size;
    }
    return rls_bytes_of(text, size);
}

/* What cannot be a comparison is words again, a quoted value a phrase behind the field's name. */
static rls_plan_node *
back_to_words(rls_rewriter *rewriter, const rls_query_node *node, bool whole,
              const rls_leaf_style *style)
{
    rls_leaf_style inner = *style;
    rls_plan_node *name, *phrase, *group;

    inner.words = node->exact ? RLS_WORDS_EXACT : RLS_WORDS_STEMMED;
    if (!node->quoted)
        return rls_rewrite_words(rewriter, text_of(rewriter, node), whole, &inner);
    if (whole)
        return rls_rewrite_phrase(rewriter, text_of(rewriter, node), &inner);
    name = rls_rewrite_words(rewriter, node->field, true, &inner);
    if (!node->stems && !node->exact)
        inner.words = RLS_WORDS_WRITTEN;
    phrase = rls_rewrite_phrase(rewriter, node->text, &inner);
    if (name == NULL || phrase == NULL)
        return name != NULL ? name : phrase;
    name->next = phrase;
    group = rls_rewriter_group(rewriter, RLS_PLAN_BAG, name);
    if (group != NULL)
        group->compound = true;
    return group;
}

static rls_plan_node *
any_value(rls_rewriter *rewriter, const rls_query_node *node, rls_field_class class,
          const rls_leaf_style *filter)
{
    options        list = {NULL, &list.first};
    rls_plan_leaf *leaf;
    rls_plan_node *made;

    if (class.keyword)
        add_option(&list, keyword_leaf(rewriter, node, RLS_LEAF_KEYWORD_PREFIX, filter));
    if (class.date && (made = rls_rewriter_leaf(rewriter, RLS_LEAF_DATE, filter, &leaf)) != NULL) {
        leaf->key = rls_rewriter_copy(rewriter, node->field);
        leaf->date_from = INT64_MIN;
        leaf->date_to = INT64_MAX;
        add_option(&list, made);
    }
    if (class.number &&
        (made = rls_rewriter_leaf(rewriter, RLS_LEAF_NUMBER, filter, &leaf)) != NULL) {
        leaf->key = rls_rewriter_copy(rewriter, node->field);
        leaf->number_from = -INFINITY;
        leaf->number_to = INFINITY;
        add_option(&list, made);
    }
    if (class.text &&
        (made = rls_rewriter_leaf(rewriter, RLS_LEAF_LENGTH, filter, &leaf)) != NULL) {
        leaf->field = rls_rewriter_copy(rewriter, node->field);
        add_option(&list, made);
    }
    return rls_rewriter_group(rewriter, RLS_PLAN_OR, list.first);
}

static rls_plan_node *
prefix(rls_rewriter *rewriter, const rls_query_node *node, rls_field_class class,
       const rls_leaf_style *style, const rls_leaf_style *filter)
{
    options list = {NULL, &list.first};

    if (node->text.size == 0)
        return any_value(rewriter, node, class, filter);
    if (class.keyword)
        add_option(&list, keyword_leaf(rewriter, node, RLS_LEAF_KEYWORD_PREFIX, filter));
    if (class.date)
        add_option(&list, date_leaf(rewriter, node, filter));
    if (class.number)
        add_option(&list, number_leaf(rewriter, node, filter));
    if (class.text) {
        rls_leaf_style inner = class.keyword ? *filter : *style;
        inner.field = node->field;
        add_option(&list, rls_rewrite_pattern(rewriter, RLS_PATTERN_PREFIX, node->text, 0, &inner));
    }
    return rls_rewriter_group(rewriter, RLS_PLAN_OR, list.first);
}

/* Values, and words of the field, that match. */
static rls_plan_node *
pattern(rls_rewriter *rewriter, const rls_query_node *node, rls_field_class class,
        const rls_leaf_style *style, const rls_leaf_style *filter)
{
    options        list = {NULL, &list.first};
    rls_plan_leaf *leaf;
    rls_plan_node *made = NULL;

    if (class.keyword) {
        const rls_pattern *compiled =
            rls_rewriter_compile(rewriter, node->pattern, node->text, node->edits, filter);
        rls_query_node any = *node;
        any.text.size = 0;
        if (compiled != NULL)
            made = keyword_leaf(rewriter, &any, RLS_LEAF_KEYWORD_PREFIX, filter);
        if (made != NULL) {
            leaf = &rewriter->plan->leaves[made->leaf];
            leaf->kind = RLS_LEAF_KEYWORD_PATTERN;
            leaf->pattern = compiled;
            add_option(&list, made);
        }
    }
    if (class.text) {
        rls_leaf_style inner = class.keyword ? *filter : *style;
        inner.field = node->field;
        add_option(&list,
                   rls_rewrite_pattern(rewriter, node->pattern, node->text, node->edits, &inner));
    }
    return rls_rewriter_group(rewriter, RLS_PLAN_OR, list.first);
}

/* The field that since: and the like are about: "date", else the only one with dates. */
static rls_bytes
date_field(const rls_snapshot *snapshot)
{
    rls_bytes found = rls_bytes_of(NULL, 0);

    if (rls_field_classify(snapshot, rls_bytes_of("date", 4)).date)
        return rls_bytes_of("date", 4);
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment *segment = snapshot->segments[i].segment;
        for (uint32_t c = 0; c < rls_segment_column_count(segment); c++) {
            const rls_column *column = rls_segment_column_at(segment, c);
            if (column->kind != RLS_COLUMN_DATE)
                continue;
            if (found.size > 0 && rls_bytes_compare(found, column->name) != 0)
                return rls_bytes_of(NULL, 0);
            found = column->name;
        }
    }
    return found;
}

/* since:, until:, before: and after: where no field is called so: as a comparison with the field of
 * dates. Whether the value is a date is for that comparison to see. */
static bool
is_time_word(rls_rewriter *rewriter, const rls_query_node *node, rls_query_node *out_node)
{
    static const struct {
        const char    *name;
        rls_compare_op op;
    } words[] = {{"since", RLS_COMPARE_GREATER_EQUAL},
                 {"until", RLS_COMPARE_LESS_EQUAL},
                 {"before", RLS_COMPARE_LESS},
                 {"after", RLS_COMPARE_GREATER}};
    rls_field_class class = rls_field_classify(rewriter->snapshot, node->field);

    if (node->kind != RLS_NODE_COMPARE || class.text || class.keyword || class.date || class.number)
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!equals(node->field, words[i].name))
            continue;
        *out_node = *node;
        out_node->op = words[i].op;
        out_node->field = date_field(rewriter->snapshot);
        return out_node->field.size > 0;
    }
    return false;
}

/* Reads `text` into the comparison, which was typed with `op`: a date, the end of a range, or a
 * date and what may follow the dots of a range. */
static bool
read_dates(rls_rewriter *rewriter, rls_bytes text, rls_compare_op op, rls_query_node *node)
{
    const uint8_t *dots = op == RLS_COMPARE_IS ? memmem(text.data, text.size, "..", 2) : NULL;
    rls_bytes      from = text, to = rls_bytes_of(NULL, 0);
    rls_date_span  span;

    if (dots != NULL) {
        from.size = (size_t)(dots - text.data);
        to = rls_bytes_of(dots + 2, text.size - from.size - 2);
    }
    if (from.size == 0 || !parse_date(rewriter, from, &span) ||
        (to.size > 0 && !parse_date(rewriter, to, &span)))
        return false;
    if (op == RLS_COMPARE_RANGE) {
        node->text_to = text;
        return true;
    }
    node->text = from;
    node->text_to = to;
    node->op = dots != NULL ? RLS_COMPARE_RANGE : op;
    return true;
}

const rls_query_node *
rls_rewrite_join_date(rls_rewriter *rewriter, const rls_query_node *node,
                      rls_query_node *out_joined)
{
    enum {
        WORDS_MAX = 2 /* behind the first of a date */
    };
    rls_bytes             text = rewriter->query->text, value;
    const rls_query_node *last = NULL;
    rls_query_node        sugar;
    rls_date_span         span;
    uint32_t              start;
    int                   words_max = WORDS_MAX;

    *out_joined = *node;
    value = node->op == RLS_COMPARE_RANGE ? node->text_to : node->text;
    if (node->kind != RLS_NODE_COMPARE || node->quoted || text.size == 0 || value.size == 0 ||
        node->end > text.size || node->end - node->start <= value.size || value.data < text.data ||
        value.data + value.size > text.data + node->end)
        return NULL;
    if (node->op == RLS_COMPARE_IS)
        words_max = 2 * WORDS_MAX;
    start = (uint32_t)(value.data - text.data);
    if (start <= node->start || parse_date(rewriter, value, &span))
        return NULL;
    for (const rls_query_node *at = node->next; words_max-- > 0 && at != NULL; at = at->next) {
        if (at->kind != RLS_NODE_WORD || at->occur != RLS_OCCUR_PLAIN || at->exact ||
            at->field.size > 0)
            break;
        if (!read_dates(rewriter, rls_bytes_of(text.data + start, at->end - start), node->op,
                        out_joined))
            continue;
        last = at;
        out_joined->end = at->end;
    }
    if (last == NULL)
        return NULL;
    if (rls_field_classify(rewriter->snapshot, out_joined->field).date ||
        is_time_word(rewriter, out_joined, &sugar))
        return last;
    return NULL;
}

/* The exact form of a whole value: the value, and its words as written in the field's text. */
static rls_plan_node *
exact_value(rls_rewriter *rewriter, const rls_query_node *node, rls_field_class class,
            const rls_leaf_style *filter)
{
    rls_plan_node *value = keyword_leaf(rewriter, node, RLS_LEAF_KEYWORD, filter), *words;

    if (!class.text) {
        rls_rewriter_note(rewriter, filter->start, filter->end,
                          "values of \"%.*s\" are compared without case and marks; = is ignored",
                          node->field.size < 100 ? (int)node->field.size : 100,
                          (const char *)node->field.data);
        return value;
    }
    words = all_of(field_words(rewriter, node, true, filter));
    if (value == NULL || words == NULL)
        return value;
    value->next = words;
    return rls_rewriter_group(rewriter, RLS_PLAN_AND, value);
}

void
rls_rewriter_note_parted(rls_rewriter *rewriter, const rls_query_node *node)
{
    rls_bytes name = node->text;
    rls_field_class class;

    if (name.size < 2 || name.data[--name.size] != ':' || node->next == NULL)
        return;
    class = rls_field_classify(rewriter->snapshot, name);
    if (class.text || class.keyword || class.date || class.number)
        rls_rewriter_note(rewriter, node->start, node->end,
                          "the value of a field stands directly behind its colon; taken as a word");
}

/* Looks for what was meant but once: a field may be asked for very often. */
static void
note_no_field(rls_rewriter *rewriter, rls_bytes field, const rls_leaf_style *style)
{
    char      what[160];
    int       size = field.size < 100 ? (int)field.size : 100;
    rls_bytes nearest;

    if (*rewriter->note_count >= RLS_QUERY_NOTE_MAX)
        return;
    size = snprintf(what, sizeof what, "the index has no field \"%.*s\" to search in", size,
                    (const char *)field.data);
    for (uint32_t i = 0; i < *rewriter->note_count; i++)
        if (strncmp(rewriter->notes[i].message, what, (size_t)size) == 0)
            return;
    rewriter->status = rls_field_nearest(rewriter->heap, rewriter->snapshot, rewriter->analyzers[0],
                                         field, &nearest, rewriter->err);
    if (rewriter->status != RLS_OK)
        return;
    if (nearest.size > 0 && nearest.size < 100)
        rls_rewriter_note(rewriter, style->start, style->end,
                          "%s (did you mean %.*s?); taken as words", what, (int)nearest.size,
                          (const char *)nearest.data);
    else
        rls_rewriter_note(rewriter, style->start, style->end, "%s; taken as words", what);
}

rls_plan_node *
rls_rewrite_compare(rls_rewriter *rewriter, const rls_query_node *node, bool whole,
                    const rls_leaf_style *style)
{
    rls_field_class class = rls_field_classify(rewriter->snapshot, node->field);
    rls_leaf_style        filter = *style;
    options               list = {NULL, &list.first};
    int                   name_size = node->field.size < 100 ? (int)node->field.size : 100;
    bool                  is = node->op == RLS_COMPARE_IS;
    rls_query_node        sugar;
    const rls_query_node *asked = node;

    filter.scored = false;
    filter.filter = true;
    if (is_time_word(rewriter, node, &sugar)) {
        node = &sugar;
        class = (rls_field_class){.date = is};
        is = false;
    } else if (!class.text && !class.keyword && !class.date && !class.number) {
        note_no_field(rewriter, node->field, style);
        return back_to_words(rewriter, node, whole, style);
    }
    if (node->kind == RLS_NODE_PREFIX)
        return prefix(rewriter, node, class, style, &filter);
    if (node->kind == RLS_NODE_PATTERN && (class.keyword || class.text))
        return pattern(rewriter, node, class, style, &filter);
    if (class.date)
        add_option(&list, date_leaf(rewriter, node, &filter));
    if (class.number)
        add_option(&list, number_leaf(rewriter, node, &filter));
    if (is && class.keyword && node->exact) {
        add_option(&list, exact_value(rewriter, node, class, &filter));
        if (class.text && !node->quoted)
            add_option(&list, all_of(field_words(rewriter, node, whole, &filter)));
    } else if (is && class.keyword) {
        add_option(&list, keyword_leaf(rewriter, node, RLS_LEAF_KEYWORD, &filter));
        if (class.text && (!node->quoted || node->stems))
            add_option(&list, all_of(field_words(rewriter, node, whole, &filter)));
    } else if (is && class.text) {
        rls_plan_node *words = field_words(rewriter, node, whole, style);
        if (list.first == NULL)
            return words;
        add_option(&list, all_of(words));
    }
    if (list.first == NULL && rewriter->status == RLS_OK) {
        rls_rewriter_note(rewriter, style->start, style->end,
                          "\"%.*s\" cannot be compared so; taken as words", name_size,
                          (const char *)asked->field.data);
        return back_to_words(rewriter, asked, whole, style);
    }
    return rls_rewriter_group(rewriter, RLS_PLAN_OR, list.first);
}
