/* Queries and what people judged of them, as `rsearch eval` reads them: QUERIES, QRELS and runs. */
#ifndef CLI_JUDGED_H
#define CLI_JUDGED_H

#include <releasesearch/snapshot.h>

#include "names.h"

typedef struct cli_judgement {
    uint32_t document; /* of cli_judged.documents */
    int32_t  relevance;
} cli_judgement;

typedef struct cli_topic {
    const char    *id, *text; /* NULL text: judged, but not asked */
    cli_judgement *judgements;
    size_t         count, capacity;
    size_t         relevant;
} cli_topic;

typedef struct cli_judged {
    cli_arena  strings;
    cli_names  queries;   /* ids: the number of each is that of its topic */
    cli_names  documents; /* ids as QRELS has them */
    cli_names  keys;      /* of documents of the index that QRELS calls otherwise */
    uint32_t  *of_key;    /* which documents those are */
    cli_topic *topics;
    size_t     count, capacity;
    /* What is left out. */
    size_t unjudged, unasked; /* queries */
    size_t irrelevant;        /* queries without a relevant document: they count, as 0 */
    size_t unknown;           /* judged documents that the index does not have */
} cli_judged;

/* Reads QRELS (lines "query 0 document relevance") and QUERIES (lines of an id, a tab, a text), "-"
 * for standard input; afterwards `topics` are those that are asked and judged, in the order of
 * QUERIES. CLI_FAILED after an error that was told. */
int  cli_judged_read(cli_judged *judged, const char *qrels, const char *queries);
void cli_judged_release(cli_judged *judged);

/* Finds the judged documents in the index: by key, else by the file name that ends the key, else by
 * that without its extension. CLI_FAILED after an error that was told: a name that two have. */
int cli_judged_find(cli_judged *judged, rls_snapshot *snapshot);

/* What QRELS calls the document with this key, and what `topic` says of it: 0 when nothing. NULL
 * when it does not speak of the document. */
const char *cli_judged_relevance(const cli_judged *judged, const cli_topic *topic, const char *key,
                                 size_t size, int32_t *out_relevance);

#endif
