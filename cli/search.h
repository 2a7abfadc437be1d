/* A search as flags ask for it, for every command that searches. */
#ifndef CLI_SEARCH_H
#define CLI_SEARCH_H

#include <releasesearch/hits.h>

#include "filters.h"
#include "options.h"
#include "text.h"

typedef struct cli_search {
    const cli_options *given;
    rls_search_options options;
    rls_field_weight  *weights;
    rls_sort_key       sort[3];
    rls_facet_request *facets;
    uint32_t           facets_asked; /* by --facet; those behind are for the foot */
    const char        *own_flag;     /* whose facets are behind those of --facet; NULL: the same */
    bool               sort_told[3]; /* that this key is no field */
    cli_filters        filters;
    rls_synonyms      *synonyms; /* NULL: none */
    cli_arena          strings;
} cli_search;

/* Takes what the flags say. CLI_FAILED after an error that was told. */
int  cli_search_take(cli_search *search, const cli_options *given);
void cli_search_release(cli_search *search);

/* Asks for the facet "FIELD", "FIELD:year", "FIELD=20". False after an error that was told. */
bool cli_search_add_facet(cli_search *search, const char *typed);
/* Asks for a facet, whose field lasts as long as the search; not when there are 64 of them. */
void cli_search_put_facet(cli_search *search, const rls_facet_request *request);
/* Asks for facets of the keyword fields whose values many documents share. */
void cli_search_add_telling_facets(cli_search *search, const rls_snapshot *snapshot);

/* Notes of fields that the index does not have. */
void cli_search_check(cli_search *search, const rls_snapshot *snapshot);
/* Note of a field that was asked for and that nothing that was found has. */
void cli_search_note_unmet(const rls_snapshot *snapshot, const char *flag, const char *name);

rls_status cli_search_run(const cli_search *search, rls_snapshot *snapshot, const char *text,
                          size_t size, rls_hits **out_hits, rls_error *err);
/* Tells the notes of a search; an error under --strict. `query_id`: of a batch, or NULL. */
int cli_search_tell_notes(const cli_search *search, const rls_hits *hits, const char *query_id);
int cli_search_tell_failure(const char *query_id, const rls_error *err);

/* Words of a command line as one query. */
void cli_search_join(cli_text *out, int count, char **words);

#endif
