/* Hits of one search, and what has been read of their documents so far. */
#ifndef RLS_API_HITS_STATE_H
#define RLS_API_HITS_STATE_H

#include "analysis/analyzer.h"
#include "api/handles.h"
#include "document/schema.h"
#include "snippet/passages.h"

typedef struct rls_loaded_hit {
    rls_result          result;
    bool                has_key, has_document, has_spans;
    rls_text            key;
    rls_stored_document document;
    rls_bytes           prose;  /* of the body, markup blanked */
    rls_text          **values; /* by field: its values */
    const rls_span     *spans;
    uint32_t            span_count;
} rls_loaded_hit;

typedef struct rls_hit_analyzer {
    rls_bytes     language;
    rls_analyzer *analyzer;
} rls_hit_analyzer;

/* Of an analyzer, and of a field when some leaf is in one field only. */
typedef struct rls_hit_highlighter {
    const rls_analyzer *analyzer;
    rls_bytes           field;
    rls_highlighter    *highlighter;
} rls_hit_highlighter;

enum {
    RLS_HIT_HIGHLIGHTERS = 16, /* kept */
    RLS_HIT_LANGUAGES = 8      /* analyzers kept */
};

struct rls_hits {
    rls_heap             *heap;
    rls_snapshot         *snapshot;
    rls_query            *query;   /* when parsed or made for this search */
    rls_bytes             text;    /* of the query that was given, if it was parsed */
    rls_results          *results; /* NULL: got by key */
    rls_loaded_hit      **loaded;  /* by hit; NULL until it is asked for */
    rls_result            only;    /* got by key */
    const char           *next;    /* the place of the last hit, once it was asked for */
    const rls_facet_wish *facets;
    uint32_t              facet_count, limit;
    uint32_t              count;
    uint64_t              took_ns;
    rls_arena             arena; /* everything handed out */
    rls_buffer            scratch;
    rls_schema           *schema; /* of the index, once it is needed for languages of fields */
    bool                  has_schema_read; /* schema stays NULL when it names no language */
    uint32_t              analyzer_count, next_analyzer; /* the one to go when there is no room */
    rls_hit_analyzer      analyzers[RLS_HIT_LANGUAGES];
    uint32_t              highlighter_count;
    rls_hit_highlighter   highlighters[RLS_HIT_HIGHLIGHTERS];
};

/* No hits yet; NULL when there is no memory. */
rls_hits  *rls_hits_new(rls_snapshot *snapshot);
rls_status rls_hits_check_options(const rls_search_options *options, rls_error *err);
/* When a search that began at `start` has to end, of rls_clock_ns(); 0: never. */
uint64_t rls_hits_deadline(const rls_search_options *options, uint64_t start);
/* Searches for `query`; hits->query is set when the hits own it. `start`: rls_clock_ns(). */
rls_status rls_hits_search(rls_hits *hits, const rls_query *query,
                           const rls_search_options *options, uint64_t start, rls_error *err);

/* `query` with options->filters as conditions, into the arena of the hits; `query` itself when
 * there are none. */
rls_status rls_hits_narrow(rls_hits *hits, const rls_query *query,
                           const rls_search_options *options, const rls_query **out_query,
                           rls_error *err);

/* The same for the query with the words of what it finds first, as options->expand says. */
rls_status rls_hits_search_expanded(rls_hits *hits, const rls_query *query,
                                    const rls_search_options *options, uint64_t start,
                                    rls_error *err);

/* The analyzer that a text was indexed with; `field` is empty for the body. Its hit is loaded. */
rls_status rls_hits_analyzer(rls_hits *hits, const rls_loaded_hit *hit, rls_bytes field,
                             rls_analyzer **out_analyzer, rls_error *err);

/* Hit `i` with what has been read of it so far; hits may be NULL. */
rls_status rls_hits_find(rls_hits *hits, uint32_t i, rls_loaded_hit **out_hit, rls_error *err);

/* Where the file called `name` is when it lies in the folder `root`, into `path` with a NUL; false
 * when it does not, or when there is no memory (path->failed). */
bool rls_root_path(const rls_manifest_root *root, rls_bytes name, rls_buffer *path);

/* Reads key and stored document of hit `i` unless that was done. */
rls_status rls_hits_load(rls_hits *hits, uint32_t i, rls_loaded_hit **out_hit, rls_error *err);
/* Before an analyzer goes, and at the end. */
void rls_hits_forget_highlighters(rls_hits *hits);
/* Fills the spans of a loaded hit unless that was done. */
rls_status rls_hits_find_spans(rls_hits *hits, rls_loaded_hit *hit, rls_error *err);
/* The body of a document whose text is not stored, from its file, when that is still the one that
 * was indexed; has_body stays false otherwise. */
rls_status rls_hits_read_source(rls_hits *hits, rls_loaded_hit *hit, rls_error *err);

#endif
