/** @file hits.h
 *  Searching a snapshot, and what comes back. */
#ifndef RELEASESEARCH_HITS_H
#define RELEASESEARCH_HITS_H

#include "common.h"
#include "query.h"
#include "snapshot.h"
#include "synonyms.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rls_match {
    RLS_MATCH_AUTO, /**< documents with all words first, then those with some */
    RLS_MATCH_ANY,  /**< by score alone */
    RLS_MATCH_ALL   /**< only documents with all words */
} rls_match;

typedef struct rls_field_weight {
    const char *field;
    float       weight;
} rls_field_weight;

/** What hits are ordered by; documents without a value come last, whatever the direction. Of
 *  several values of a document the greatest counts when descending, the least when ascending. */
typedef struct rls_sort_key {
    const char *field; /**< with dates, numbers or keywords; RLS_SORT_SCORE: the score */
    bool        descending;
} rls_sort_key;
#define RLS_SORT_SCORE ((const char *)0)

/** What a facet counts documents by. */
typedef enum rls_facet_kind {
    RLS_FACET_VALUE, /**< each value of a keyword, number or date field */
    RLS_FACET_YEAR,  /**< of a date field */
    RLS_FACET_MONTH,
    RLS_FACET_DAY
} rls_facet_kind;

typedef enum rls_facet_order {
    RLS_FACET_BY_COUNT, /**< most documents first, equal counts by value */
    RLS_FACET_BY_VALUE  /**< ascending: a timeline */
} rls_facet_order;

typedef struct rls_facet_request {
    const char     *field;
    rls_facet_kind  kind;
    rls_facet_order order;
    uint32_t        limit; /**< values wanted; UINT32_MAX: all */
    /** Count as if the query had no condition on this field: `+ministers:x treaty` then tells what
     *  other ministers there are. Exclusions (`-ministers:x`) stay. */
    bool leave_out_own_filter;
} rls_facet_request;

/** Which documents are one hit: the first in the order stands for all of them. */
typedef enum rls_collapse {
    RLS_COLLAPSE_NONE,
    RLS_COLLAPSE_SAME, /**< bodies of the same words, whatever the white space and punctuation */
    RLS_COLLAPSE_NEAR  /**< and most that differ in a few words of many */
} rls_collapse;

/** What scores are made of. */
typedef enum rls_ranking_model {
    RLS_RANKING_BM25F, /**< all words of the query, fields as they are weighed */
    RLS_RANKING_BM25,  /**< the same with every text field weighing 1, whatever the schema says */
    /** BM25F, and what questions of several words gain by: function words of the index's language
     * (*the*, *of*, *what*) neither match nor score where other words do, unless required; of a
     * query of more than three other words, documents that have them all do not come before the
     * rest; and the first 12 documents are looked at again, see rls_snapshot_search(). */
    RLS_RANKING_DEFAULT
} rls_ranking_model;

/** A condition on a field that hits must meet. It takes no part in scores. */
typedef struct rls_filter {
    const char        *field;  /**< with keywords, dates or numbers */
    const char *const *values; /**< one of these at least: whole keywords; dates as "2007-05" */
    uint32_t           value_count; /**< 0: between `from` and `to` instead */
    const char        *from, *to;   /**< both included; NULL leaves an end open */
} rls_filter;

typedef struct rls_search_options {
    size_t                  struct_size;
    uint32_t                limit;   /**< hits wanted, 0..1000000 */
    uint32_t                skip;    /**< hits passed over first */
    float                   k1;      /**< BM25 saturation, >= 0, or RLS_BY_LENGTH */
    float                   b;       /**< BM25 share of length, 0..1, or RLS_BY_LENGTH */
    const rls_field_weight *weights; /**< override the schema's; NULL: none */
    uint32_t                weight_count;
    rls_match               match;
    bool                    exhaustive;  /**< score every posting: slow, the same result */
    bool                    exact_total; /**< count all matches even where pruning could stop */
    uint32_t                deadline_ms; /**< 0: none; when it passes, what was found comes back */
    bool (*cancel)(void *context);       /**< polled; true ends the search with RLS_CANCELLED */
    void *context;
    /** The order of hits, the first key first; NULL: by score. Equal ones are ordered by the key of
     *  the document. When the first is not the score, hits are the documents that rls_hits_total()
     *  counts; else documents with all words come before the others as always. */
    const rls_sort_key *sort;
    uint32_t            sort_count; /**< 0..3 */
    /** Where an earlier page ended, from rls_hits_next(): hits are those strictly behind that
     *  place in the order, also when the index has changed; by score, under the scores that hits
     *  have now. `skip` counts from there. */
    const char *after;
    /** A score is multiplied by (1 + 2^-((recency_now - date) / half-life)) / 2, rounded down to
     * the steps of scores: from 1 for new documents down to a half for old ones and for those
     * without a date; dates to come count as now. 0: off. */
    double      recency_half_life_days;
    const char *recency_field; /**< a date field, also of year_boost; NULL: "date" */
    int64_t     recency_now;   /**< seconds since 1970; RLS_NOW: the clock's, or that of `after` */
    /** Where words of the query are years from 1900 to 2100, eight at most, in quotes or not, the
     * score of a document whose latest date is in none of them is divided by this, after recency,
     * rounded down: documents of a year that is named score so many times as much as like ones.
     * 1..1000; 0: off. */
    double                   year_boost;
    const rls_facet_request *facets;
    uint32_t                 facet_count; /**< 0..64 */
    /** Hits, pages and totals are then of groups, the total is exact, and rls_hits_collapsed()
     * tells how many documents a hit stands for. Documents without words in their body are alone.
     */
    rls_collapse collapse;
    /** Words that are looked for besides those of the query; NULL: none. A note tells which were.
     */
    const rls_synonyms *synonyms;
    float               synonym_weight; /**< what one counts against the word itself, 0..1 */
    rls_ranking_model   ranking;
    /** Looks for the twenty words that the first ten documents have most of, too, as found by the
     * query alone, each weighed by its share of them, all together as two thirds of the query; by
     * score alone, whatever `match` says (relevance model RM3: Lavrenko & Croft 2001, Abdul-Jaleel
     * et al. 2004). Finds more on a subject and less of one document. A note tells the words. A
     * query with more than words (quotes, patterns, fields …) stays as it is, with a note. Reads
     * ten documents: some milliseconds. */
    bool expand;
    /** Conditions besides the query, whatever it says: hits meet all of them. Facets with
     *  leave_out_own_filter set aside those on their field. */
    const rls_filter *filters;
    uint32_t          filter_count; /**< 0..64 */
} rls_search_options;
#define RLS_NOW INT64_MIN
/** From the length of documents on average, a words in all text fields, and that of the query, q
 *  words, phrases and patterns: k1 = q sqrt(a) / 120, but 0.4 to 3, and b = 0.9 a / (a + 45). The
 *  more words there are to ask for, the less each of them must be there, and in long texts a second
 *  occurrence says more than in short ones. q counts with RLS_RANKING_DEFAULT, from two words on
 *  (8, 10 … 16, 24 and 32 stand for those that follow them); else it is 4. */
#define RLS_BY_LENGTH (-1.0f)
#define RLS_SEARCH_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(rls_search_options), 10, 0, RLS_BY_LENGTH, RLS_BY_LENGTH, NULL, 0, RLS_MATCH_AUTO,  \
            false, true, 0, NULL, NULL, NULL, 0, NULL, 0.0, NULL, RLS_NOW, 0.0, NULL, 0,           \
            RLS_COLLAPSE_NONE, NULL, 0.7f, RLS_RANKING_DEFAULT, false, NULL, 0                     \
    }

typedef struct rls_text {
    const char *data; /**< UTF-8, not NUL-terminated */
    size_t      size;
} rls_text;

/** What a search found. One thread at a time. Keeps its snapshot alive. */
typedef struct rls_hits rls_hits;

/** Searches @a snapshot for @a query.
 *
 *  @param options   NULL means RLS_SEARCH_OPTIONS_INIT
 *  @param out_hits  the caller ends it with rls_hits_close()
 *  @return RLS_OK (no match is zero hits, not an error), RLS_CANCELLED, RLS_CORRUPT, RLS_IO,
 *          RLS_BAD_ARGUMENT, RLS_NO_MEMORY
 *
 *  Ranking: BM25F (Robertson & Zaragoza 2009) with idf ln(1 + (N - n + 0.5) / (n + 0.5)); equal
 *  scores are ordered by key. With RLS_RANKING_DEFAULT, where the order is by the score alone, the
 *  first 12 documents then get more, each part a share of a word's weight times the saturation of
 *  what occurs: 0.2 for the word as it is written in the query, not in another
 *  inflection, where at most one document of 16 has it; 0.2, of the lesser weight (that of the
 *  more frequent word, unless boosts change it), for two words next to each other in the query that
 *  stand within seven words of each other in the text (a term dependence in the manner of Metzler &
 *  Croft 2005); 0.25 for function words that were left out before. As nothing is taken away, these
 *  12 stay before all others, and hits are the same whatever the evaluation and the page. */
RLS_API rls_status rls_snapshot_search(rls_snapshot *snapshot, const rls_query *query,
                                       const rls_search_options *options, rls_hits **out_hits,
                                       rls_error *err);

/** Parses and searches in one call, with notes for what was ignored. */
RLS_API rls_status rls_snapshot_search_text(rls_snapshot *snapshot, const char *query,
                                            size_t query_size, const rls_search_options *options,
                                            rls_hits **out_hits, rls_error *err);

/** The document with @a key as the only hit; RLS_NOT_FOUND when there is none. */
RLS_API rls_status rls_snapshot_get(rls_snapshot *snapshot, const char *key, rls_hits **out_hits,
                                    rls_error *err);

/** The same with what a query matches in it: spans and snippets are as of a search for @a query
 *  that finds the document; its score is 0.
 *  @param options  `synonyms`, `deadline_ms`, `cancel` count; NULL means RLS_SEARCH_OPTIONS_INIT
 *  @return as rls_snapshot_get() and rls_snapshot_search() */
RLS_API rls_status rls_snapshot_get_with_matches(rls_snapshot *snapshot, const char *key,
                                                 const char *query, size_t query_size,
                                                 const rls_search_options *options,
                                                 rls_hits **out_hits, rls_error *err);

/** Takes NULL. */
RLS_API void rls_hits_close(rls_hits *hits);

/** The text of the query that found these: as it was given or parsed, or with the words of
 *  rls_snapshot_like(), the most telling first; empty for a query that was built. */
RLS_API rls_text rls_hits_query(const rls_hits *hits);

/** Did you mean: the text of the query with words that no document has, or hardly any, replaced by
 *  words that differ in one or two edits (Damerau) and occur clearly more often, those first that
 *  occur beside the other words. Words in quotes are looked at as well; those behind `=`, excluded
 *  ones, short ones and numbers are not. Empty when there is nothing better, when the first hit has
 *  all words, three at least, in its title, and for a query that was built. Looks through the
 * dictionary when there is a word in doubt: a few milliseconds. Good until rls_hits_close().
 *  @return RLS_OK, RLS_CORRUPT, RLS_NO_MEMORY, RLS_BAD_ARGUMENT */
RLS_API rls_status rls_hits_suggestion(rls_hits *hits, rls_text *out_query, rls_error *err);

RLS_API uint32_t rls_hits_count(const rls_hits *hits); /**< on this page */
/** Documents that match: with all words if there is one such (and not RLS_MATCH_ANY), else with
 * any. */
RLS_API uint64_t rls_hits_total(const rls_hits *hits);
RLS_API bool     rls_hits_total_is_exact(const rls_hits *hits); /**< else it is a lower bound */
RLS_API bool     rls_hits_total_has_all_words(const rls_hits *hits);
RLS_API bool     rls_hits_timed_out(const rls_hits *hits);
RLS_API uint64_t rls_hits_took_ns(const rls_hits *hits);
/** What a remark is about. */
typedef enum rls_note_kind {
    RLS_NOTE_QUERY = 0, /**< something in the query was taken otherwise than written, or left out */
    RLS_NOTE_SYNONYM = 1, /**< words were looked for besides, as `synonyms` or `expand` says */
    RLS_NOTE_SORT = 2,    /**< no document has a value in a field to sort by, named in quotes */
    RLS_NOTE_RECENCY = 3, /**< no document has a date in the field of recency and year_boost */
    RLS_NOTE_CUT = 4      /**< words of patterns were left out, for there were too many documents */
} rls_note_kind;
/** Remarks for the user, such as an operator taken as a word; NULL when @a i is past the last. */
RLS_API const char *rls_hits_note(const rls_hits *hits, uint32_t i);
/** The same, with the bytes of the query that it is about; either may be NULL. */
RLS_API const char *rls_hits_get_note(const rls_hits *hits, uint32_t i, uint32_t *out_start,
                                      uint32_t *out_end);
/** What it is about; RLS_NOTE_QUERY when @a i is past the last. */
RLS_API rls_note_kind rls_hits_note_kind(const rls_hits *hits, uint32_t i);

/** Documents that match, too, and are no hits because hit @a i stands for them. */
RLS_API uint64_t rls_hits_collapsed(const rls_hits *hits, uint32_t i);

/** The place of the last hit in the order, for rls_search_options.after: printable ASCII, good
 *  until rls_hits_close(). NULL when the page is not full, so that nothing follows, and when there
 *  was no memory. It fits a search with the same sort, match, recency and year_boost. */
RLS_API const char *rls_hits_next(rls_hits *hits);

/** Counts over all documents that rls_hits_total() counts. */
typedef struct rls_facet {
    const char    *field;
    rls_facet_kind kind;
    uint32_t       value_count; /**< values told: at most the limit */
    uint64_t       distinct;    /**< values there are */
    uint64_t       documents;   /**< counted over; without its own filter more than the total */
    uint64_t       missing;     /**< of them without a value: an unknown date is none */
    bool           exact;       /**< false when the deadline passed before all were counted */
} rls_facet;

/** Facet @a facet of the options. Its pointers are good until rls_hits_close().
 *  @return RLS_OK, RLS_BAD_ARGUMENT */
RLS_API rls_status rls_hits_facet(const rls_hits *hits, uint32_t facet, rls_facet *out_facet,
                                  rls_error *err);

typedef struct rls_facet_value {
    rls_text value; /**< as written; dates as 2007, 2007-05, 2007-05-28 or 2007-05-28T09:30:00 */
    uint64_t count; /**< documents; one with several values counts for each */
    int64_t  from;  /**< of dates: seconds since 1970 when it begins, */
    int64_t  to;    /**< and when the next one would; else 0 */
} rls_facet_value;

/** Value @a value (from 0) of facet @a facet. */
RLS_API rls_status rls_hits_facet_value(const rls_hits *hits, uint32_t facet, uint32_t value,
                                        rls_facet_value *out_value, rls_error *err);

typedef struct rls_hit {
    rls_text key;
    double   score;       /**< 0 where the deadline passed before it was worked out (`sort`) */
    bool     matches_all; /**< has all words of the query */
    uint32_t field_count; /**< stored fields */
    bool     has_body;    /**< the body can be had: stored, or its file is still as indexed */
    bool     markdown;    /**< the body is Markdown */
    rls_text body;
} rls_hit;

/** Hit @a i (from 0). Texts are good until rls_hits_close(). Reads the stored document on the first
 *  call for a hit. @return RLS_OK, RLS_BAD_ARGUMENT, RLS_CORRUPT, RLS_IO, RLS_NO_MEMORY */
RLS_API rls_status rls_hits_get(rls_hits *hits, uint32_t i, rls_hit *out_hit, rls_error *err);

/** Key and score only: does not read the stored document. */
RLS_API rls_status rls_hits_key(rls_hits *hits, uint32_t i, rls_text *out_key, double *out_score,
                                rls_error *err);

/** The file that hit @a i came from, as it was when it was indexed; several documents may come from
 *  one. Its pointers are good until rls_hits_close().
 *  @return RLS_OK, RLS_NOT_FOUND when the document came from no file, or as rls_hits_get() */
RLS_API rls_status rls_hits_file(rls_hits *hits, uint32_t i, rls_file_info *out_file,
                                 rls_error *err);

/** Whether a file is still as it was when it was indexed. */
typedef enum rls_freshness {
    RLS_FRESH,            /**< its size and stamps are the same, or else its bytes */
    RLS_CHANGED,          /**< it is there but not the same */
    RLS_GONE,             /**< it is not there any more */
    RLS_FRESHNESS_UNKNOWN /**< it may not be read, or the document came from no file that can be
                               looked for */
} rls_freshness;

/** Looks at the file that hit @a i came from. Costs an `fstat`, and reading the file when its size
 * is the same but its time or inode is not.
 *  @param root  the folder that the file's name counts from; NULL: the folders recorded with
 *               rls_writer_root()
 *  @return RLS_OK, RLS_BAD_ARGUMENT, RLS_CORRUPT, RLS_NO_MEMORY */
RLS_API rls_status rls_hits_freshness(rls_hits *hits, uint32_t i, const char *root,
                                      rls_freshness *out_freshness, rls_error *err);

typedef struct rls_hit_field {
    rls_text        name;
    uint32_t        kinds; /**< rls_field_kind */
    bool            is_list;
    uint32_t        value_count;
    const rls_text *values;
} rls_hit_field;

/** Field @a field (from 0, in the order of the source) of hit @a i. */
RLS_API rls_status rls_hits_field(rls_hits *hits, uint32_t i, uint32_t field,
                                  rls_hit_field *out_field, rls_error *err);
/** By name; RLS_NOT_FOUND when the document does not have it. */
RLS_API rls_status rls_hits_find_field(rls_hits *hits, uint32_t i, const char *name,
                                       rls_hit_field *out_field, rls_error *err);

/** Where the query matched: bytes [start, end) of a value of a field, or of the body. */
typedef struct rls_span {
    uint32_t field; /**< as for rls_hits_field(); RLS_SPAN_BODY for the body */
    uint32_t value; /**< which value of the field */
    uint32_t start, end;
    uint32_t leaf; /**< which word or phrase of the query; a phrase is one span */
} rls_span;
#define RLS_SPAN_BODY UINT32_MAX

/** All matches in hit @a i, by field, value and start. Good until rls_hits_close(). */
RLS_API rls_status rls_hits_spans(rls_hits *hits, uint32_t i, const rls_span **out_spans,
                                  uint32_t *out_count, rls_error *err);

/** How the value of a factor comes about. */
typedef enum rls_factor_kind {
    RLS_FACTOR_NUMBER,  /**< a number as it is: a count, a weight, a parameter */
    RLS_FACTOR_SUM,     /**< exactly the sum of its parts */
    RLS_FACTOR_ROUNDED, /**< exactly part 0 times part 1, multiplied as floats, rounded to the
                             nearest multiple (ties to even) of part 2, a power of two */
    RLS_FACTOR_CUT,     /**< exactly part 0 times part 1, rounded down to a multiple of part 2 */
    RLS_FACTOR_FORMULA  /**< follows from its parts as its name says, but for float rounding */
} rls_factor_kind;

/** A number that a score is made of, and the numbers it is made of itself. */
typedef struct rls_factor rls_factor;
struct rls_factor {
    rls_factor_kind   kind;
    double            value;
    rls_text          name; /**< one line; a formula names its parts in their order */
    uint32_t          part_count;
    const rls_factor *parts;
};

/** How the score of hit @a i comes about: a tree whose root has the score as its value, to the last
 *  bit, and whose sums are exact, as scores are multiples of one power of two. Conditions that hold
 *  are parts with value 0. Good until rls_hits_close().
 *  @return RLS_OK, RLS_NOT_FOUND for a document got by its key, or as rls_hits_get() */
RLS_API rls_status rls_hits_explain(rls_hits *hits, uint32_t i, const rls_factor **out_factor,
                                    rls_error *err);

typedef enum rls_snippet_format {
    RLS_SNIPPET_TEXT,
    RLS_SNIPPET_HTML /**< &, <, >, " and ' of the text are escaped; marks and ellipsis are markup of
                          yours and stay as they are */
} rls_snippet_format;

typedef struct rls_snippet_options {
    size_t             struct_size;
    uint32_t           size;                  /**< bytes of text wanted, about; 40..100000 */
    uint32_t           passages;              /**< at most so many pieces, 1..16 */
    const char        *mark_start, *mark_end; /**< put around matches */
    const char        *ellipsis;              /**< between and around pieces */
    rls_snippet_format format;
    const char        *field; /**< NULL: the body */
    uint32_t           value; /**< which value of the field */
    bool               whole; /**< all of it, whatever size and passages say; paragraphs are kept */
} rls_snippet_options;
#define RLS_SNIPPET_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(rls_snippet_options), 240, 2, "[", "]", " … ", RLS_SNIPPET_TEXT, NULL, 0, false     \
    }
/** The same for a page of HTML. */
#define RLS_SNIPPET_OPTIONS_HTML_INIT                                                              \
    {                                                                                              \
        sizeof(rls_snippet_options), 240, 2, "<mark>", "</mark>", " … ", RLS_SNIPPET_HTML, NULL,   \
            0, false                                                                               \
    }

/** The best passages of hit @a i's body, or of a field's value, for this query: original text,
 * white space runs collapsed, control bytes removed, from sentence to sentence where that costs
 * little, else cut at words and characters, marks around matches (a phrase is marked as one). Bytes
 * that are not UTF-8 come as U+FFFD. Empty when there is no body, no such field or value.
 *  @return as rls_hits_get() */
RLS_API rls_status rls_hits_snippet(rls_hits *hits, uint32_t i, const rls_snippet_options *options,
                                    rls_text *out_snippet, rls_error *err);

/** A match in a snippet: bytes [start, end) of it. */
typedef struct rls_snippet_span {
    uint32_t start, end;
} rls_snippet_span;

/** The same without marks; where they would be is told by @a out_spans, ascending and apart. All
 *  is good until rls_hits_close(). */
RLS_API rls_status rls_hits_snippet_spans(rls_hits *hits, uint32_t i,
                                          const rls_snippet_options *options, rls_text *out_snippet,
                                          const rls_snippet_span **out_spans, uint32_t *out_count,
                                          rls_error *err);

#ifdef __cplusplus
}
#endif
#endif
