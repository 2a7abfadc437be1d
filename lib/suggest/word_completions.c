/* The last word → words of the texts that begin so.
 *
 * Terms are stems and words are forms of them: terms that begin as the word does are walked, those
 * with most occurrences first taken apart into their forms; terms that are shorter than the word
 * (munit, for munitio…) are looked up one by one. A term gives one word, its most frequent form
 * that begins so. Beside other words those come first that occur with them in a sample of
 * documents. */
#include "base/hash_table.h"
#include "base/sort.h"
#include "suggest/beside.h"
#include "suggest/suggest.h"
#include "termdict/termdict_heavy.h"

enum {
    BLOCKS_MAX = 256, /* of the dictionaries of all segments together */
    BLOCKS_MIN = 8,   /* of each */
    KEPT_MAX = 64,    /* terms of a segment that are looked at closer */
    FORMS_MAX = 48,   /* forms of a term that are told apart; there are seldom more than ten */
    BESIDE_MAX = 24   /* words that are looked for beside the others */
};

/* A term that some forms of begin so. */
typedef struct candidate {
    rls_bytes term;
    uint64_t  total;  /* occurrences of all its forms, as far as they are known */
    rls_bytes word;   /* the form chosen; empty: none */
    uint64_t  count;  /* of the forms that are equal to it but for case and marks */
    uint32_t  beside; /* documents of the sample */
} candidate;

typedef struct word_search {
    rls_suggest   *suggest;
    rls_bytes      prefix; /* folded */
    rls_hash_table terms;  /* → candidates */
    rls_buffer     candidates;
    /* while a dictionary is walked: the heaviest terms, the lightest of them first */
    rls_buffer kept;
} word_search;

typedef struct kept_term {
    rls_bytes term;
    uint64_t  total;
} kept_term;

/* --- terms --- */

static candidate *
candidate_at(const word_search *search, uint32_t number)
{
    return (candidate *)(void *)search->candidates.data + number;
}

static rls_status
add_candidate(word_search *search, rls_bytes term, uint64_t total)
{
    candidate      added = {.total = total};
    const uint8_t *stored;
    bool           inserted;
    uint32_t       next = (uint32_t)(search->candidates.size / sizeof added);
    uint32_t      *number = rls_hash_table_insert(&search->terms, term, next, &inserted, &stored);

    if (number == NULL)
        return rls_suggest_no_memory(search->suggest);
    if (!inserted) {
        candidate_at(search, *number)->total += total;
        return RLS_OK;
    }
    added.term = rls_bytes_of(stored, term.size);
    rls_buffer_append(&search->candidates, &added, sizeof added);
    return search->candidates.failed ? rls_suggest_no_memory(search->suggest) : RLS_OK;
}

static void
sift_down(kept_term *kept, size_t count)
{
    kept_term moving = kept[0];
    size_t    at = 0;

    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && kept[child + 1].total < kept[child].total)
            child++;
        if (kept[child].total >= moving.total)
            break;
        kept[at] = kept[child];
        at = child;
    }
    kept[at] = moving;
}

/* Keeps the KEPT_MAX terms with most occurrences, in a heap with the least on top. */
static rls_status
keep_term(void *context, rls_bytes term, const rls_term_info *info)
{
    word_search *search = context;
    kept_term   *kept = (kept_term *)(void *)search->kept.data;
    size_t       count = search->kept.size / sizeof *kept;
    kept_term    added = {.total = info->total_freq};

    if (count == KEPT_MAX && added.total <= kept[0].total)
        return RLS_OK;
    added.term.size = term.size;
    added.term.data =
        (const uint8_t *)rls_arena_copy(&search->suggest->scratch, term.data, term.size);
    if (added.term.data == NULL)
        return rls_suggest_no_memory(search->suggest);
    if (count == KEPT_MAX) {
        kept[0] = added;
        sift_down(kept, count);
        return RLS_OK;
    }
    rls_buffer_append(&search->kept, &added, sizeof added);
    if (search->kept.failed)
        return rls_suggest_no_memory(search->suggest);
    kept = (kept_term *)(void *)search->kept.data;
    for (size_t at = count; at > 0 && kept[(at - 1) / 2].total > kept[at].total;) {
        size_t    parent = (at - 1) / 2;
        kept_term moving = kept[parent];
        kept[parent] = kept[at];
        kept[at] = moving;
        at = parent;
    }
    return RLS_OK;
}

static rls_status
gather_longer(word_search *search, const rls_segment *segment)
{
    rls_suggest *suggest = search->suggest;
    uint32_t     limit = BLOCKS_MAX / suggest->snapshot->segment_count;
    rls_status   status;

    rls_buffer_clear(&search->kept);
    status = rls_termdict_walk_heavy(rls_segment_termdict(segment), suggest->heap, search->prefix,
                                     limit < BLOCKS_MIN ? BLOCKS_MIN : limit, keep_term, search,
                                     suggest->err);
    for (size_t i = 0; status == RLS_OK && i < search->kept.size / sizeof(kept_term); i++) {
        const kept_term *kept = (const kept_term *)(const void *)search->kept.data + i;
        status = add_candidate(search, kept->term, kept->total);
    }
    return status;
}

/* Endings that a stemmer puts where a word had others: happy → happi, hoping → hope. */
static rls_status
gather_shorter(word_search *search, const rls_segment *segment)
{
    static const char *const endings[] = {"", "i", "e"};
    rls_bytes                prefix = search->prefix;
    uint8_t                  term[RLS_TERM_MAX + 1];

    for (size_t size = 1; size < prefix.size && size < RLS_TERM_MAX; size++) {
        memcpy(term, prefix.data, size);
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
            size_t        ending = strlen(endings[e]);
            rls_term_info info;
            rls_status    status;
            if (ending > 0 && (uint8_t)endings[e][0] == prefix.data[size])
                continue; /* comes as the next shorter beginning, or from the walk */
            memcpy(term + size, endings[e], ending);
            status =
                rls_termdict_find(rls_segment_termdict(segment), rls_bytes_of(term, size + ending),
                                  &info, search->suggest->err);
            if (status == RLS_OK)
                status = add_candidate(search, rls_bytes_of(term, size + ending), info.total_freq);
            if (status != RLS_OK && status != RLS_NOT_FOUND)
                return status;
        }
    }
    return RLS_OK;
}

/* --- forms --- */

typedef struct known_form {
    rls_bytes form, folded;
    uint64_t  count;
} known_form;

typedef struct form_list {
    uint32_t   count;
    known_form forms[FORMS_MAX];
} form_list;

static rls_status
add_form(word_search *search, form_list *list, const rls_form *form)
{
    rls_suggest *suggest = search->suggest;
    known_form  *added;
    rls_bytes    folded;
    rls_status   status;

    for (uint32_t i = 0; i < list->count; i++) {
        if (rls_bytes_compare(list->forms[i].form, form->bytes) == 0) {
            list->forms[i].count += form->count;
            return RLS_OK;
        }
    }
    if (list->count == FORMS_MAX)
        return RLS_OK;
    status = rls_analyzer_fold(suggest->analyzer, form->bytes, RLS_FOLD_ALL, &folded, suggest->err);
    if (status != RLS_OK)
        return status;
    if (folded.size <= search->prefix.size ||
        memcmp(folded.data, search->prefix.data, search->prefix.size) != 0)
        return RLS_OK;
    added = &list->forms[list->count++];
    added->count = form->count;
    added->form.size = form->bytes.size;
    added->folded.size = folded.size;
    added->form.data =
        (const uint8_t *)rls_arena_copy(&suggest->scratch, form->bytes.data, form->bytes.size);
    added->folded.data =
        (const uint8_t *)rls_arena_copy(&suggest->scratch, folded.data, folded.size);
    return added->form.data == NULL || added->folded.data == NULL ? rls_suggest_no_memory(suggest)
                                                                  : RLS_OK;
}

/* Chooses the word of a term: of the forms that are equal when folded, those that are most
 * together, written as they are most. */
static void
choose_form(const form_list *list, candidate *chosen)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const known_form *form = &list->forms[i], *best = form;
        uint64_t          count = 0;
        for (uint32_t j = 0; j < list->count; j++) {
            const known_form *other = &list->forms[j];
            if (rls_bytes_compare(other->folded, form->folded) != 0)
                continue;
            count += other->count;
            if (other->count > best->count ||
                (other->count == best->count && rls_bytes_compare(other->form, best->form) < 0))
                best = other;
        }
        if (count > chosen->count ||
            (count == chosen->count && rls_bytes_compare(best->form, chosen->word) < 0)) {
            chosen->count = count;
            chosen->word = best->form;
        }
    }
}

/* Reads the forms of a term in all segments; none when no live document has it. */
static rls_status
read_forms(word_search *search, candidate *read)
{
    rls_suggest        *suggest = search->suggest;
    const rls_snapshot *snapshot = suggest->snapshot;
    form_list          *list = rls_arena_alloc(&suggest->scratch, sizeof *list);
    bool                live = false;

    if (list == NULL)
        return rls_suggest_no_memory(suggest);
    list->count = 0;
    for (uint32_t s = 0; s < snapshot->segment_count; s++) {
        const rls_snapshot_segment *part = &snapshot->segments[s];
        rls_posting_list            postings;
        rls_form_iterator           iterator;
        rls_form                    form;
        rls_status                  status =
            rls_segment_find_term(part->segment, read->term, &postings, suggest->err);
        if (status == RLS_NOT_FOUND)
            continue;
        if (status == RLS_OK && !live)
            status = rls_suggest_is_live(suggest, part, &postings, &live);
        rls_form_iterator_init(&iterator, &postings, read->term);
        while (status == RLS_OK && rls_form_iterator_next(&iterator, &form))
            status = add_form(search, list, &form);
        if (status != RLS_OK)
            return status;
        if (iterator.failed)
            return rls_fail(suggest->err, RLS_CORRUPT, "%s: forms are damaged",
                            rls_segment_get_info(part->segment)->name);
    }
    if (live)
        choose_form(list, read);
    return RLS_OK;
}

/* --- beside other words --- */

/* Terms of the words typed before the last; *out_count tells how many. */
static rls_status
read_before(word_search *search, rls_bytes *terms, uint32_t *out_count)
{
    rls_suggest          *suggest = search->suggest;
    const rls_typed_text *typed = &suggest->typed;

    *out_count = 0;
    for (uint32_t i = 0; i + 1 < typed->word_count; i++) {
        rls_bytes     term, word;
        rls_tokenizer tokenizer;
        rls_token     tokens[16];
        rls_status    status;

        word =
            rls_bytes_of(typed->text.data + typed->words[i], typed->words[i + 1] - typed->words[i]);
        rls_tokenizer_init(&tokenizer, word, 0);
        if (rls_tokenizer_fill(&tokenizer, tokens, 16) == 0)
            continue;
        status = rls_analyzer_term(
            suggest->analyzer,
            rls_bytes_of(word.data + tokens[0].start, tokens[0].end - tokens[0].start), &term,
            suggest->err);
        if (status != RLS_OK)
            return status;
        terms[*out_count].size = term.size;
        terms[*out_count].data =
            (const uint8_t *)rls_arena_copy(&suggest->scratch, term.data, term.size);
        if (terms[(*out_count)++].data == NULL)
            return rls_suggest_no_memory(suggest);
    }
    return RLS_OK;
}

static rls_status
look_beside(word_search *search, candidate *candidates, uint32_t count)
{
    rls_suggest *suggest = search->suggest;
    rls_bytes    terms[RLS_TYPED_WORDS];
    uint32_t     term_count;
    rls_beside   beside;
    rls_status   status = read_before(search, terms, &term_count);

    if (status == RLS_OK)
        status = rls_beside_sample(suggest->snapshot, terms, term_count, &beside, suggest->err);
    for (uint32_t i = 0; status == RLS_OK && i < count; i++)
        status = rls_beside_count(suggest->snapshot, &beside, candidates[i].term,
                                  &candidates[i].beside, suggest->err);
    return status;
}

/* --- the whole --- */

static int
by_total(const void *a, const void *b, void *context)
{
    const candidate *left = a, *right = b;

    (void)context;
    if (left->total != right->total)
        return left->total > right->total ? -1 : 1;
    return rls_bytes_compare(left->term, right->term);
}

static int
by_count(const void *a, const void *b, void *context)
{
    const candidate *left = a, *right = b;

    (void)context;
    if (left->beside != right->beside)
        return left->beside > right->beside ? -1 : 1;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return rls_bytes_compare(left->word, right->word);
}

/* Reads forms from the most frequent term on until no further one can be among the first `wanted`;
 * gives how many have a word, these first. */
static rls_status
choose_words(word_search *search, candidate *candidates, uint32_t count, uint32_t wanted,
             uint32_t *out_count)
{
    rls_suggest *suggest = search->suggest;
    uint32_t     chosen = 0;
    rls_status   status =
        rls_sort(suggest->heap, candidates, count, sizeof *candidates, by_total, NULL);

    if (status != RLS_OK)
        return rls_suggest_no_memory(suggest);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t better = 0;
        for (uint32_t j = 0; j < chosen; j++)
            better += candidates[j].count > candidates[i].total;
        if (better >= wanted)
            break;
        status = read_forms(search, &candidates[i]);
        if (status != RLS_OK)
            return status;
        if (candidates[i].word.size > 0)
            candidates[chosen++] = candidates[i];
    }
    *out_count = chosen;
    return RLS_OK;
}

static rls_status
find_words(word_search *search)
{
    rls_suggest        *suggest = search->suggest;
    const rls_snapshot *snapshot = suggest->snapshot;
    bool                beside = suggest->typed.word_count > 1;
    uint32_t   wanted = beside && suggest->limit < BESIDE_MAX ? BESIDE_MAX : suggest->limit;
    uint32_t   count;
    candidate *candidates;
    rls_status status = RLS_OK;

    for (uint32_t s = 0; status == RLS_OK && s < snapshot->segment_count; s++) {
        status = gather_longer(search, snapshot->segments[s].segment);
        if (status == RLS_OK)
            status = gather_shorter(search, snapshot->segments[s].segment);
    }
    count = (uint32_t)(search->candidates.size / sizeof *candidates);
    candidates = (candidate *)(void *)search->candidates.data;
    if (status != RLS_OK || count == 0)
        return status;
    status = choose_words(search, candidates, count, wanted, &count);
    for (int pass = 0; status == RLS_OK && pass < (beside ? 2 : 1); pass++) {
        if (pass > 0) {
            count = count < wanted ? count : wanted;
            status = look_beside(search, candidates, count);
        }
        if (status == RLS_OK && rls_sort(suggest->heap, candidates, count, sizeof *candidates,
                                         by_count, NULL) != RLS_OK)
            status = rls_suggest_no_memory(suggest);
    }
    for (uint32_t i = 0; status == RLS_OK && i < count && i < suggest->limit; i++)
        status = rls_suggest_add(suggest, (rls_suggest_item){.kind = RLS_SUGGEST_WORD,
                                                             .text = candidates[i].word,
                                                             .count = candidates[i].count,
                                                             .start = suggest->typed.word_start});
    return status;
}

/* Behind the name of a field of values no word of the texts is meant. */
static bool
is_value(const rls_suggest *suggest)
{
    const rls_snapshot *snapshot = suggest->snapshot;
    rls_bytes           field = suggest->typed.field;

    for (uint32_t s = 0; field.size > 0 && s < snapshot->segment_count; s++)
        if (rls_segment_column(snapshot->segments[s].segment, field, RLS_COLUMN_KEYWORD) != NULL)
            return true;
    return false;
}

rls_status
rls_suggest_words(rls_suggest *suggest)
{
    const rls_typed_text *typed = &suggest->typed;
    word_search           search = {.suggest = suggest};
    rls_status            status;

    if (typed->word_start == typed->text.size || suggest->snapshot->segment_count == 0 ||
        is_value(suggest))
        return RLS_OK;
    status = rls_suggest_fold(
        suggest,
        rls_bytes_of(typed->text.data + typed->word_start, typed->text.size - typed->word_start),
        &search.prefix);
    if (status != RLS_OK || search.prefix.size == 0 || search.prefix.data[0] <= 0x20)
        return status;
    rls_hash_table_init(&search.terms, suggest->heap);
    rls_buffer_init(&search.candidates, suggest->heap);
    rls_buffer_init(&search.kept, suggest->heap);
    status = find_words(&search);
    rls_buffer_release(&search.kept);
    rls_buffer_release(&search.candidates);
    rls_hash_table_release(&search.terms);
    return status;
}
