#include "search/near_expand.h"

#include "base/sort.h"
#include "search/filter.h"
#include "search/leaf_terms.h"
#include "search/pattern_terms.h"

enum {
    POLL_INTERVAL = 64,
    TERMS_MAX = 4096 /* of a pattern in one segment; further ones are cut, which results tell */
};

typedef struct near_word {
    uint32_t        term_count;
    rls_leaf_term **terms;
} near_word;

/* Where an operand is met in the document at hand, field after field. */
typedef struct near_operand {
    rls_buffer fields; /* u32 */
    rls_buffer places; /* rls_near_place, in step */
} near_operand;

typedef struct near_matcher {
    rls_search_state       *state;
    const rls_segment_view *view;
    const rls_plan_leaf    *leaf;
    const rls_near         *near;
    uint32_t                field;
    near_word              *words;
    near_operand           *operands;
    const rls_near_place  **places; /* of the field at hand */
    uint32_t               *counts, *ends;
    rls_near_work           work;
    rls_bitset              docs, either, phrase, word;
    rls_buffer              out_docs, out_t;
    float                   sum; /* of the windows of a field */
} near_matcher;

static rls_status
poll_search(void *context)
{
    return rls_search_poll(context);
}

/* --- terms --- */

static rls_status
pattern_forms(near_matcher *m, rls_pattern_walker *walker, rls_leaf_term *term, rls_bytes bytes,
              bool *out_any)
{
    rls_arena *arena = &m->state->scratch;
    uint64_t  *forms = rls_arena_alloc_zeroed(
         arena, rls_bitset_word_count(term->list.form_count) + 1, sizeof(*forms));
    rls_form_iterator iterator;
    rls_form          form;
    uint32_t          walked = 0, counting = 0;

    if (forms == NULL)
        return rls_search_no_memory(m->state);
    rls_form_iterator_init(&iterator, &term->list, bytes);
    while (walked < term->list.form_count && rls_form_iterator_next(&iterator, &form)) {
        rls_bytes  folded;
        uint32_t   edits;
        rls_status status = rls_search_fold(m->state, form.bytes, RLS_FOLD_ALL, &folded);
        if (status != RLS_OK)
            return status;
        if (rls_pattern_walker_match(walker, folded, &edits)) {
            forms[walked / 64] |= UINT64_C(1) << (walked % 64);
            counting++;
        }
        walked++;
    }
    if (iterator.failed || walked < term->list.form_count)
        return rls_search_corrupt(m->state, m->view);
    *out_any = counting > 0;
    term->forms = counting == term->list.form_count ? NULL : forms;
    return RLS_OK;
}

static rls_status
open_pattern_terms(near_matcher *m, rls_pattern_walker *walker, near_word *out)
{
    rls_search_state *state = m->state;
    rls_analyzer_set *analyzers;
    rls_pattern_term *terms = NULL;
    uint32_t          count = 0;
    rls_status        status =
        rls_snapshot_take_analyzers(state->heap, state->snapshot, &analyzers, state->err);

    if (status != RLS_OK)
        return status;
    status = rls_pattern_terms_find(state->heap, &state->scratch, m->view->segment, analyzers,
                                    walker, poll_search, state, &terms, &count, state->err);
    rls_snapshot_give_analyzers(state->snapshot, analyzers);
    if (status != RLS_OK)
        return status;
    if (count > TERMS_MAX) {
        count = TERMS_MAX;
        state->prefixes_cut = true;
    }
    out->terms = rls_arena_alloc(&state->scratch, (count + (size_t)1) * sizeof(*out->terms));
    if (out->terms == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        rls_leaf_term *term = rls_arena_alloc_zeroed(&state->scratch, 1, sizeof(*term));
        bool           any = false;
        if (term == NULL)
            return rls_search_no_memory(state);
        status = rls_segment_open_list(m->view->segment, &terms[i].info, &term->list, state->err);
        if (status == RLS_OK && term->list.has_positions)
            status = pattern_forms(m, walker, term, terms[i].term, &any);
        if (status != RLS_OK || !any)
            continue;
        rls_postings_cursor_open(&term->cursor, &term->list);
        out->terms[out->term_count++] = term;
    }
    return status;
}

static rls_status
open_word(near_matcher *m, const rls_match_word *word, near_word *out)
{
    rls_search_state   *state = m->state;
    rls_pattern_walker *walker;
    rls_status          status = RLS_OK;

    if (word->pattern != NULL) {
        status = rls_pattern_walker_new(state->heap, word->pattern, &walker, state->err);
        if (status == RLS_OK)
            status = open_pattern_terms(m, walker, out);
        rls_pattern_walker_free(walker);
        return status;
    }
    out->terms = rls_arena_alloc(&state->scratch, word->term_count * sizeof(*out->terms) + 1);
    if (out->terms == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < word->term_count && status == RLS_OK; i++) {
        rls_leaf_term *term = rls_arena_alloc(&state->scratch, sizeof(*term));
        bool           present;
        if (term == NULL)
            return rls_search_no_memory(state);
        status = rls_leaf_term_open(state, m->view, &state->scratch, word, word->terms[i], term,
                                    &present);
        if (status == RLS_OK && present)
            out->terms[out->term_count++] = term;
    }
    return status;
}

/* --- documents --- */

static void
clear_bits(rls_bitset *bits)
{
    memset(bits->words, 0, rls_bitset_word_count(bits->size) * sizeof(uint64_t));
}

/* Documents that have a phrase of every operand, as far as its words tell, in whatever form. */
static rls_status
find_documents(near_matcher *m)
{
    rls_bitset *all[] = {&m->docs, &m->either, &m->phrase, &m->word};
    rls_status  status = RLS_OK;

    for (size_t i = 0; i < sizeof(all) / sizeof(*all) && status == RLS_OK; i++)
        status = rls_filter_new_bits(m->state, m->view->doc_count, all[i]);
    if (status != RLS_OK)
        return status;
    rls_bitset_fill(&m->docs);
    if (m->view->live != NULL)
        rls_bitset_and(&m->docs, &m->view->live->live);
    for (uint32_t o = 0; o < m->near->operand_count; o++) {
        const rls_near_operand *operand = &m->near->operands[o];
        clear_bits(&m->either);
        for (uint32_t p = 0; p < operand->phrase_count; p++) {
            const rls_near_phrase *phrase = &operand->phrases[p];
            rls_bitset_fill(&m->phrase);
            for (uint32_t w = phrase->first; w < phrase->first + phrase->count; w++) {
                clear_bits(&m->word);
                for (uint32_t t = 0; t < m->words[w].term_count && status == RLS_OK; t++)
                    status =
                        rls_filter_list(m->state, m->view, &m->words[w].terms[t]->list, &m->word);
                if (status != RLS_OK)
                    return status;
                rls_bitset_and(&m->phrase, &m->word);
            }
            rls_bitset_or(&m->either, &m->phrase);
        }
        rls_bitset_and(&m->docs, &m->either);
    }
    return RLS_OK;
}

/* --- places --- */

/* Positions of a word in `doc`, less `offset`, each once, in `keys`. */
static rls_status
word_keys(near_matcher *m, uint32_t number, uint32_t doc, uint32_t offset, rls_scratch *keys,
          size_t *out_count)
{
    rls_search_state *state = m->state;
    uint32_t          met = 0;
    size_t            count = 0, kept = 0;
    uint64_t         *list;

    for (uint32_t t = 0; t < m->words[number].term_count; t++) {
        rls_leaf_term *term = m->words[number].terms[t];
        rls_status     status;
        if (term->cursor.doc < doc)
            rls_postings_cursor_advance(&term->cursor, doc);
        if (term->cursor.failed)
            return rls_search_corrupt(state, m->view);
        if (term->cursor.doc != doc)
            continue;
        met++;
        status = rls_leaf_term_keys(state, m->view, term, m->field, offset, keys, &count);
        if (status != RLS_OK)
            return status;
    }
    if (met > 1) {
        if (!rls_scratch_reserve(state, &state->sort_keys, count, sizeof(uint64_t)))
            return rls_search_no_memory(state);
        rls_sort_u64(keys->memory, state->sort_keys.memory, count);
    }
    list = keys->memory;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || list[kept - 1] != list[i])
            list[kept++] = list[i];
    *out_count = kept;
    return RLS_OK;
}

/* Where a phrase begins in `doc`: state->keys. */
static rls_status
phrase_keys(near_matcher *m, const rls_near_phrase *phrase, uint32_t doc, size_t *out_count)
{
    rls_search_state *state = m->state;
    size_t            count = 0;
    rls_status        status = word_keys(m, phrase->first, doc, 0, &state->keys, &count);

    for (uint32_t w = 1; status == RLS_OK && w < phrase->count && count > 0; w++) {
        size_t    more = 0, kept = 0, at = 0;
        uint64_t *starts, *next;
        status = word_keys(m, phrase->first + w, doc, w, &state->more_keys, &more);
        starts = state->keys.memory;
        next = state->more_keys.memory;
        for (size_t i = 0; status == RLS_OK && i < count && at < more;) {
            uint64_t left = starts[i], right = next[at];
            if (left == right)
                starts[kept++] = left;
            i += left <= right;
            at += right <= left;
        }
        count = kept;
    }
    *out_count = count;
    return status;
}

static int
compare_placed(const void *a, const void *b, void *context)
{
    const uint32_t *left = a, *right = b; /* field, end, start */

    (void)context;
    for (int i = 0; i < 3; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

/* The places of an operand with several phrases, in order. */
static rls_status
sort_places(near_matcher *m, near_operand *operand)
{
    size_t          count = operand->fields.size / sizeof(uint32_t);
    uint32_t       *fields = (uint32_t *)(void *)operand->fields.data;
    rls_near_place *places = (rls_near_place *)(void *)operand->places.data;
    uint32_t(*placed)[3];

    if (!rls_scratch_reserve(m->state, &m->state->sort_keys, 2 * count, sizeof(uint64_t)))
        return rls_search_no_memory(m->state);
    placed = m->state->sort_keys.memory;
    for (size_t i = 0; i < count; i++) {
        placed[i][0] = fields[i];
        placed[i][1] = places[i].end;
        placed[i][2] = places[i].start;
    }
    if (rls_sort(m->state->heap, placed, count, sizeof(*placed), compare_placed, NULL) != RLS_OK)
        return rls_search_no_memory(m->state);
    for (size_t i = 0; i < count; i++) {
        fields[i] = placed[i][0];
        places[i] = (rls_near_place){placed[i][2], placed[i][1]};
    }
    return RLS_OK;
}

static rls_status
gather_places(near_matcher *m, uint32_t number, uint32_t doc)
{
    const rls_near_operand *operand = &m->near->operands[number];
    near_operand           *out = &m->operands[number];

    rls_buffer_clear(&out->fields);
    rls_buffer_clear(&out->places);
    for (uint32_t p = 0; p < operand->phrase_count; p++) {
        size_t          count;
        const uint64_t *keys;
        rls_status      status = phrase_keys(m, &operand->phrases[p], doc, &count);
        if (status != RLS_OK)
            return status;
        keys = m->state->keys.memory;
        for (size_t i = 0; i < count; i++) {
            uint32_t       field = (uint32_t)(keys[i] >> 32);
            rls_near_place place = {(uint32_t)keys[i],
                                    (uint32_t)keys[i] + operand->phrases[p].count};
            rls_buffer_append(&out->fields, &field, sizeof(field));
            rls_buffer_append(&out->places, &place, sizeof(place));
        }
    }
    if (out->fields.failed || out->places.failed)
        return rls_search_no_memory(m->state);
    return operand->phrase_count > 1 ? sort_places(m, out) : RLS_OK;
}

/* --- windows --- */

static void
count_window(void *context, const rls_near_window *window)
{
    near_matcher *m = context;

    m->sum = m->sum + 1.0f / (1.0f + (float)window->gap);
}

/* T of windows in one field: as if there were so many occurrences, which need not be whole. */
static float
windows_t(const near_matcher *m, uint32_t doc, uint32_t field)
{
    return m->sum * rls_field_t(m->view, doc, field, 1);
}

/* Goes through the fields that all operands are met in. */
static rls_status
match_document(near_matcher *m, uint32_t doc)
{
    uint32_t operands = m->near->operand_count;
    float    t = 0.0f;
    bool     any = false;

    for (uint32_t o = 0; o < operands; o++) {
        rls_status status = gather_places(m, o, doc);
        if (status != RLS_OK)
            return status;
        if (m->operands[o].fields.size == 0)
            return RLS_OK;
        m->ends[o] = 0;
    }
    for (;;) {
        uint32_t field = 0, o = 0;
        while (o < operands) {
            const uint32_t *fields = (const uint32_t *)(const void *)m->operands[o].fields.data;
            uint32_t        count = (uint32_t)(m->operands[o].fields.size / sizeof(*fields));
            while (m->ends[o] < count && fields[m->ends[o]] < field)
                m->ends[o]++;
            if (m->ends[o] == count)
                goto done;
            if (fields[m->ends[o]] == field) {
                o++;
            } else {
                field = fields[m->ends[o]];
                o = 0;
            }
        }
        for (o = 0; o < operands; o++) {
            const uint32_t *fields = (const uint32_t *)(const void *)m->operands[o].fields.data;
            uint32_t        count = (uint32_t)(m->operands[o].fields.size / sizeof(*fields));
            uint32_t        begin = m->ends[o];
            while (m->ends[o] < count && fields[m->ends[o]] == field)
                m->ends[o]++;
            m->places[o] = (const rls_near_place *)(const void *)m->operands[o].places.data + begin;
            m->counts[o] = m->ends[o] - begin;
        }
        m->sum = 0.0f;
        if (!rls_near_find(m->near, m->places, m->counts, &m->work, count_window, m))
            return rls_search_no_memory(m->state);
        if (m->sum > 0.0f) {
            any = true;
            t = t + windows_t(m, doc, field);
        }
    }
done:
    if (any) {
        rls_buffer_append(&m->out_docs, &doc, sizeof doc);
        rls_buffer_append(&m->out_t, &t, sizeof(t));
    }
    return m->out_docs.failed || m->out_t.failed ? rls_search_no_memory(m->state) : RLS_OK;
}

static rls_status
init_matcher(near_matcher *m)
{
    rls_arena *arena = &m->state->scratch;
    uint32_t   operands = m->near->operand_count;

    m->words = rls_arena_alloc_zeroed(arena, m->leaf->word_count, sizeof(*m->words));
    m->operands = rls_arena_alloc_zeroed(arena, operands, sizeof(*m->operands));
    m->places = rls_arena_alloc_zeroed(arena, operands, sizeof(*m->places));
    m->counts = rls_arena_alloc_zeroed(arena, operands, sizeof(*m->counts));
    m->ends = rls_arena_alloc_zeroed(arena, operands, sizeof(*m->ends));
    if (m->operands == NULL)
        return rls_search_no_memory(m->state);
    for (uint32_t o = 0; o < operands; o++) {
        rls_buffer_init(&m->operands[o].fields, m->state->heap);
        rls_buffer_init(&m->operands[o].places, m->state->heap);
    }
    if (m->words == NULL || m->places == NULL || m->counts == NULL || m->ends == NULL)
        return rls_search_no_memory(m->state);
    for (uint32_t w = 0; w < m->leaf->word_count; w++) {
        rls_status status = open_word(m, &m->leaf->words[w], &m->words[w]);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
collect(near_matcher *m, rls_prefix_matches *out_matches)
{
    size_t count = m->out_docs.size / sizeof(uint32_t);

    out_matches->docs = rls_arena_alloc(m->state->arena, m->out_docs.size + 1);
    out_matches->t = rls_arena_alloc(m->state->arena, m->out_t.size + 4 * sizeof(float));
    if (out_matches->docs == NULL || out_matches->t == NULL)
        return rls_search_no_memory(m->state);
    if (count > 0) {
        memcpy(out_matches->docs, m->out_docs.data, m->out_docs.size);
        memcpy(out_matches->t, m->out_t.data, m->out_t.size);
    }
    out_matches->count = (uint32_t)count;
    return RLS_OK;
}

static void
release_matcher(near_matcher *m)
{
    for (uint32_t o = 0; m->operands != NULL && o < m->near->operand_count; o++) {
        rls_buffer_release(&m->operands[o].fields);
        rls_buffer_release(&m->operands[o].places);
    }
    rls_near_work_release(&m->work);
    rls_buffer_release(&m->out_docs);
    rls_buffer_release(&m->out_t);
}

rls_status
rls_near_expand(rls_search_state *state, const rls_segment_view *view, const rls_plan_leaf *leaf,
                rls_prefix_matches *out_matches)
{
    near_matcher *m = rls_arena_alloc_zeroed(&state->scratch, 1, sizeof(*m));
    uint32_t      asked = 0;
    rls_status    status;

    *out_matches = (rls_prefix_matches){0};
    if (m == NULL)
        return rls_search_no_memory(state);
    m->state = state;
    m->view = view;
    m->leaf = leaf;
    m->near = leaf->near;
    m->field = RLS_ANY_FIELD;
    m->work.heap = state->heap;
    if (leaf->field.size > 0) {
        m->field = rls_segment_field_number(view->segment, leaf->field);
        if (m->field == UINT32_MAX)
            return RLS_OK;
    }
    rls_buffer_init(&m->out_docs, state->heap);
    rls_buffer_init(&m->out_t, state->heap);
    status = init_matcher(m);
    if (status == RLS_OK)
        status = find_documents(m);
    for (uint32_t doc = status == RLS_OK ? rls_bitset_next(&m->docs, 0) : view->doc_count;
         doc < view->doc_count && status == RLS_OK; doc = rls_bitset_next(&m->docs, doc + 1)) {
        status = match_document(m, doc);
        if (status == RLS_OK && asked++ % POLL_INTERVAL == 0)
            status = rls_search_poll(state);
    }
    if (status == RLS_OK)
        status = collect(m, out_matches);
    release_matcher(m);
    return status;
}
