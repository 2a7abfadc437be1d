/* Completion of what is being typed: from the words of the dictionary, the values of keyword fields
 * and the titles of documents. Reads the same structures as a search, in bounded pieces. */
#ifndef RLS_SUGGEST_SUGGEST_H
#define RLS_SUGGEST_SUGGEST_H

#include "analysis/analyzer.h"
#include "index/snapshot.h"
#include "releasesearch/suggest.h" /* rls_suggestion_kind */
#include "suggest/typed_text.h"

typedef struct rls_suggest_item {
    rls_suggestion_kind kind;
    rls_bytes           text, field; /* in the arena */
    uint64_t            count;
    uint32_t            start; /* of the text typed; what stands from there to its end goes */
} rls_suggest_item;

/* One completion at work. Belongs to one thread. */
typedef struct rls_suggest {
    rls_heap           *heap;
    rls_arena          *arena;   /* of what is told */
    rls_arena           scratch; /* until the end */
    const rls_snapshot *snapshot;
    rls_analyzer       *analyzer; /* of the language of the index */
    rls_typed_text      typed;
    uint32_t            limit; /* of each kind */
    rls_buffer          items; /* rls_suggest_item */
    rls_error          *err;
} rls_suggest;

rls_status rls_suggest_init(rls_suggest *suggest, rls_heap *heap, rls_arena *arena,
                            const rls_snapshot *snapshot, rls_bytes text, uint32_t limit,
                            rls_error *err);
void       rls_suggest_release(rls_suggest *suggest);

/* Each appends at most `limit` items, the best first. */
rls_status rls_suggest_words(rls_suggest *suggest);
rls_status rls_suggest_values(rls_suggest *suggest);
rls_status rls_suggest_titles(rls_suggest *suggest);

rls_status rls_suggest_no_memory(const rls_suggest *suggest);
/* Copies the text and the field into the arena. */
rls_status rls_suggest_add(rls_suggest *suggest, rls_suggest_item item);
/* A copy of `text` with case and marks folded, in the scratch. */
rls_status rls_suggest_fold(rls_suggest *suggest, rls_bytes text, rls_bytes *out_folded);
/* Whether a live document has the term, which has postings `list` in this segment. */
rls_status rls_suggest_is_live(const rls_suggest *suggest, const rls_snapshot_segment *part,
                               const rls_posting_list *list, bool *out_live);

#endif
