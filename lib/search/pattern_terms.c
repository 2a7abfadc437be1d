#include "search/pattern_terms.h"

#include "base/hash_table.h"
#include "base/sort.h"
#include "search/term_walk.h"

enum {
    PATIENCE = 4096 /* terms between two polls */
};

typedef struct term_finder {
    rls_heap               *heap;
    rls_arena              *arena;
    const rls_segment      *segment;
    const rls_analyzer_set *analyzers;
    rls_pattern_walker     *walker;
    rls_status (*poll)(void *context);
    void          *context;
    rls_buffer     found; /* rls_pattern_term */
    rls_hash_table seen;  /* terms that surfaces gave */
    bool           unsorted;
    rls_error     *err;
} term_finder;

static rls_status
no_memory(const term_finder *finder)
{
    return rls_fail(finder->err, RLS_NO_MEMORY, "no memory for the words of a pattern");
}

static rls_status
add_term(term_finder *finder, rls_bytes term, const rls_term_info *info)
{
    rls_pattern_term added = {.info = *info};

    added.term.size = term.size;
    added.term.data = (const uint8_t *)rls_arena_copy(finder->arena, term.data, term.size);
    rls_buffer_append(&finder->found, &added, sizeof added);
    return added.term.data == NULL || finder->found.failed ? no_memory(finder) : RLS_OK;
}

/* The terms of a word, but those that match themselves, which are found without it. */
static rls_status
add_surface(term_finder *finder, rls_bytes surface)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < finder->analyzers->count && status == RLS_OK; i++) {
        rls_bytes     term;
        rls_term_info info;
        uint32_t      edits;
        bool          inserted;
        status = rls_analyzer_term(finder->analyzers->analyzers[i], surface, &term, finder->err);
        if (status != RLS_OK)
            return status;
        if (term.size == 0 || rls_pattern_walker_match(finder->walker, term, &edits))
            continue;
        if (rls_hash_table_insert(&finder->seen, term, 0, &inserted, NULL) == NULL)
            return no_memory(finder);
        if (!inserted)
            continue;
        status = rls_termdict_find(rls_segment_termdict(finder->segment), term, &info, finder->err);
        if (status == RLS_OK)
            status = add_term(finder, term, &info);
        finder->unsorted = true;
        if (status == RLS_NOT_FOUND)
            status = RLS_OK;
    }
    return status;
}

static rls_status
walk(term_finder *finder, const rls_termdict *dict, bool surfaces)
{
    rls_term_walk terms;
    rls_status    status = rls_term_walk_init(&terms, finder->heap, dict, rls_bytes_of(NULL, 0),
                                              finder->walker, finder->err);

    for (uint32_t found = 0; status == RLS_OK; found++) {
        status = rls_term_walk_next(&terms, PATIENCE, finder->err);
        if (status == RLS_OK) {
            rls_bytes term = rls_buffer_bytes(&terms.cursor.term);
            status =
                surfaces ? add_surface(finder, term) : add_term(finder, term, &terms.cursor.info);
            if (status != RLS_OK || found % PATIENCE != 0)
                continue;
        } else if (status != RLS_TIMEOUT) {
            break;
        }
        status = finder->poll == NULL ? RLS_OK : finder->poll(finder->context);
    }
    rls_term_walk_release(&terms);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static int
compare_terms(const void *a, const void *b, void *context)
{
    (void)context;
    return rls_bytes_compare(((const rls_pattern_term *)a)->term,
                             ((const rls_pattern_term *)b)->term);
}

rls_status
rls_pattern_terms_find(rls_heap *heap, rls_arena *arena, const rls_segment *segment,
                       const rls_analyzer_set *analyzers, rls_pattern_walker *walker,
                       rls_status (*poll)(void *context), void               *context,
                       rls_pattern_term **out_terms, uint32_t *out_count, rls_error *err)
{
    term_finder finder = {.heap = heap,
                          .arena = arena,
                          .segment = segment,
                          .analyzers = analyzers,
                          .walker = walker,
                          .poll = poll,
                          .context = context,
                          .err = err};
    size_t      count;
    rls_status  status;

    *out_terms = NULL;
    *out_count = 0;
    rls_buffer_init(&finder.found, heap);
    rls_hash_table_init(&finder.seen, heap);
    status = walk(&finder, rls_segment_termdict(segment), false);
    if (status == RLS_OK)
        status = walk(&finder, rls_segment_surfaces(segment), true);
    count = finder.found.size / sizeof(rls_pattern_term);
    if (status == RLS_OK && finder.unsorted &&
        rls_sort(heap, finder.found.data, count, sizeof(rls_pattern_term), compare_terms, NULL) !=
            RLS_OK)
        status = no_memory(&finder);
    if (status == RLS_OK && count > 0) {
        *out_terms = rls_arena_alloc(arena, count * sizeof **out_terms);
        if (*out_terms == NULL) {
            status = no_memory(&finder);
        } else {
            memcpy(*out_terms, finder.found.data, count * sizeof **out_terms);
            *out_count = (uint32_t)count;
        }
    }
    rls_hash_table_release(&finder.seen);
    rls_buffer_release(&finder.found);
    return status;
}
