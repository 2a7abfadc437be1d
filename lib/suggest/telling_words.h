/* The words of a text that tell most about it: those that are frequent in it and rare elsewhere. */
#ifndef RLS_SUGGEST_TELLING_WORDS_H
#define RLS_SUGGEST_TELLING_WORDS_H

#include "analysis/analyzer.h"
#include "base/hash_table.h"
#include "index/snapshot.h"

enum {
    RLS_TELLING_TEXT_MAX = 1000000, /* bytes of a text that are looked at */
    RLS_TELLING_TERMS_MAX = 1 << 16 /* different words that are told apart */
};

typedef struct rls_telling_word {
    rls_bytes word; /* as it is written in the text */
    uint64_t  count;
    double    worth; /* what it was chosen by */
} rls_telling_word;

typedef struct rls_telling_choice {
    uint32_t      limit;          /* words at most */
    uint64_t      doc_freq;       /* documents that must have one at least */
    bool          by_occurrences; /* else by (1 + ln occurrences) × idf */
    rls_bytes     language;       /* whose function words are left out; none when there is … */
    rls_analyzer *analyzer;       /* … no analyzer of it */
} rls_telling_choice;

typedef struct rls_telling_words {
    rls_heap           *heap;
    const rls_snapshot *snapshot;
    rls_arena           arena;
    rls_hash_table      surfaces; /* → entries */
    rls_hash_table      terms;    /* → counts */
    rls_buffer          entries, counts;
    rls_error          *err;
} rls_telling_words;

void rls_telling_words_init(rls_telling_words *telling, rls_heap *heap,
                            const rls_snapshot *snapshot, rls_error *err);
void rls_telling_words_release(rls_telling_words *telling);

/* Counts the words of a text, each `times` over. `prose`: markup blanked. *out_length is the text's
 * length in words, as it is indexed, or UINT32_MAX when the text was cut. */
rls_status rls_telling_words_add(rls_telling_words *telling, rls_analyzer *analyzer,
                                 rls_bytes prose, uint32_t times, uint32_t *out_length);

/* Chooses words, the most telling first; they are good until release. `out_words` has room for
 * `limit`. */
rls_status rls_telling_words_choose(rls_telling_words *telling, const rls_telling_choice *choice,
                                    rls_telling_word *out_words, uint32_t *out_count);

#endif
