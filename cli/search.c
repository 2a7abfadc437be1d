#include "search.h"

#include <releasesearch/schema.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flags.h"
#include "message.h"

enum {
    FACET_LIMIT = 10,   /* values of a facet when nothing is said */
    FACETS = 64,        /* of one search */
    TELLING_FACETS = 4, /* fields that are asked for the foot */
    TELLING_VALUES = 3
};

/* --- options --- */

static int
take_weights(cli_search *search)
{
    const cli_texts *given = &search->given->weights;

    search->weights = cli_allocate(given->count, sizeof *search->weights);
    for (size_t i = 0; i < given->count; i++) {
        const char *equals = strrchr(given->items[i], '=');
        char       *end = NULL;
        double      weight = equals == NULL ? 0 : strtod(equals + 1, &end);
        if (equals == NULL || equals == given->items[i] || end == equals + 1 || *end != '\0' ||
            !(weight >= 0 && weight <= 1e6)) {
            cli_error("--weight %s: wrong value (give FIELD=W with W from 0 to 1000000)",
                      given->items[i]);
            return CLI_FAILED;
        }
        search->weights[i].field =
            cli_arena_copy(&search->strings, given->items[i], (size_t)(equals - given->items[i]));
        search->weights[i].weight = (float)weight;
    }
    search->options.weights = search->weights;
    search->options.weight_count = (uint32_t)given->count;
    return CLI_DONE;
}

/* "date" from the least, "-date" from the greatest, "score" from the best. */
static int
take_sort(cli_search *search)
{
    const cli_texts *given = &search->given->sort;

    if (given->count > sizeof search->sort / sizeof search->sort[0]) {
        cli_error("--sort: %zu times (give it three times at most)", given->count);
        return CLI_FAILED;
    }
    for (size_t i = 0; i < given->count; i++) {
        const char *name = given->items[i];
        bool        descending = name[0] == '-';
        if (name[0] == '-' || name[0] == '+')
            name++;
        if (name[0] == '\0') {
            cli_error("--sort %s: wrong value (give FIELD, -FIELD or score)", given->items[i]);
            return CLI_FAILED;
        }
        if (strcmp(name, "score") == 0) {
            name = RLS_SORT_SCORE;
            descending = true;
        }
        search->sort[i] = (rls_sort_key){name, descending};
    }
    search->options.sort = search->sort;
    search->options.sort_count = (uint32_t)given->count;
    return CLI_DONE;
}

static bool
take_facet_kind(const char *word, size_t size, rls_facet_kind *out_kind)
{
    static const char *const    words[] = {"year", "month", "day"};
    static const rls_facet_kind kinds[] = {RLS_FACET_YEAR, RLS_FACET_MONTH, RLS_FACET_DAY};

    for (size_t i = 0; i < 3; i++) {
        if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0) {
            *out_kind = kinds[i];
            return true;
        }
    }
    return false;
}

void
cli_search_put_facet(cli_search *search, const rls_facet_request *request)
{
    uint32_t count = search->options.facet_count;

    if (count == FACETS)
        return;
    search->facets = cli_reallocate(search->facets, count + 1, sizeof *search->facets);
    search->facets[count] = *request;
    search->options.facets = search->facets;
    search->options.facet_count = count + 1;
}

/* Who asked for facet `i`: --facet, or the command itself, behind those. */
static const char *
facet_flag(const cli_search *search, uint32_t i)
{
    return i >= search->given->facets.count && search->own_flag != NULL ? search->own_flag
                                                                        : "--facet";
}

bool
cli_search_add_facet(cli_search *search, const char *typed)
{
    rls_facet_request request = {.limit = FACET_LIMIT, .order = RLS_FACET_BY_COUNT};
    const char       *equals = strrchr(typed, '='), *colon;
    size_t            size = equals == NULL ? strlen(typed) : (size_t)(equals - typed);

    if (equals != NULL) {
        char         *end;
        unsigned long limit = strtoul(equals + 1, &end, 10);
        if (equals[1] < '0' || equals[1] > '9' || *end != '\0' || limit > 1000000) {
            cli_error("%s %s: wrong value (give FIELD=N with N up to 1000000)",
                      facet_flag(search, search->options.facet_count), typed);
            return false;
        }
        request.limit = (uint32_t)limit;
    }
    colon = memrchr(typed, ':', size);
    if (colon != NULL &&
        take_facet_kind(colon + 1, size - (size_t)(colon + 1 - typed), &request.kind)) {
        size = (size_t)(colon - typed);
        /* All of them are a timeline; a few are those that matter most. */
        if (equals == NULL) {
            request.order = RLS_FACET_BY_VALUE;
            request.limit = UINT32_MAX;
        }
    }
    if (size == 0 || search->options.facet_count == FACETS) {
        cli_error("%s %s: %s", facet_flag(search, search->options.facet_count), typed,
                  size == 0 ? "wrong value (give FIELD, FIELD:year or FIELD=N)"
                            : "too many of them (give 64 at most)");
        return false;
    }
    request.leave_out_own_filter = search->given->no_own_filter;
    request.field = cli_arena_copy(&search->strings, typed, size);
    cli_search_put_facet(search, &request);
    return true;
}

static int
take_synonyms(cli_search *search)
{
    const char *path = search->given->synonyms;
    FILE       *file = path == NULL ? NULL : fopen(path, "re");
    cli_text    text = {0};
    rls_error   error = {0};
    int         status = CLI_DONE;

    if (path == NULL)
        return CLI_DONE;
    if (file == NULL || !cli_text_read(&text, file)) {
        cli_error("--synonyms %s: %s", path, strerror(errno));
        status = CLI_FAILED;
    } else if (rls_synonyms_parse(text.data, text.size, &search->synonyms, &error) != RLS_OK) {
        /* "line 3: …" */
        cli_error("%s:%s", path,
                  strncmp(error.message, "line ", 5) == 0 ? error.message + 5 : error.message);
        status = CLI_FAILED;
    }
    if (file != NULL)
        fclose(file);
    cli_text_release(&text);
    search->options.synonyms = search->synonyms;
    return status;
}

/* A parameter of BM25 that nobody gave is that of the ranking. */
static bool
take_parameter(const cli_search *search, const char *name, double given, double most, float plain,
               float *out)
{
    if (!cli_flag_is_set(search->given, name)) {
        *out = search->options.ranking == RLS_RANKING_BM25 ? plain : RLS_BY_LENGTH;
        return true;
    }
    if (!(given >= 0 && given <= most)) {
        cli_error("--%s: %g is not between 0 and %g", name, given, most);
        return false;
    }
    *out = (float)given;
    return true;
}

static int
take_ranking(cli_search *search)
{
    static const rls_ranking_model models[] = {RLS_RANKING_DEFAULT, RLS_RANKING_BM25F,
                                               RLS_RANKING_BM25};
    const cli_options             *given = search->given;
    rls_search_options            *options = &search->options;

    options->ranking = models[given->ranking];
    return take_parameter(search, "k1", given->k1, 1000, 1.2f, &options->k1) &&
                   take_parameter(search, "b", given->b, 1, 0.75f, &options->b)
               ? CLI_DONE
               : CLI_FAILED;
}

int
cli_search_take(cli_search *search, const cli_options *given)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    int                status;

    *search = (cli_search){.given = given};
    if (given->all && given->any) {
        cli_error("--all and --any: one contradicts the other (choose one)");
        return CLI_FAILED;
    }
    options.limit = (uint32_t)given->limit;
    options.skip = (uint32_t)given->skip;
    options.match = given->all ? RLS_MATCH_ALL : given->any ? RLS_MATCH_ANY : RLS_MATCH_AUTO;
    options.exhaustive = given->exhaustive;
    options.expand = given->expand;
    options.deadline_ms = (uint32_t)given->timeout;
    options.after = given->after;
    options.recency_half_life_days = given->recency;
    options.recency_field = given->recency_field;
    options.year_boost = given->year_boost;
    options.collapse = given->collapse_same ? RLS_COLLAPSE_SAME
                       : given->collapse    ? RLS_COLLAPSE_NEAR
                                            : RLS_COLLAPSE_NONE;
    search->options = options;
    status = take_ranking(search);
    if (status == CLI_DONE)
        status = take_weights(search);
    if (status == CLI_DONE)
        status = take_sort(search);
    if (status == CLI_DONE)
        status = take_synonyms(search);
    if (status == CLI_DONE)
        status = cli_filters_take(&search->filters, &given->filters);
    search->options.filters = search->filters.items;
    search->options.filter_count = search->filters.count;
    for (size_t i = 0; status == CLI_DONE && i < given->facets.count; i++)
        status = cli_search_add_facet(search, given->facets.items[i]) ? CLI_DONE : CLI_FAILED;
    search->facets_asked = search->options.facet_count;
    return status;
}

void
cli_search_release(cli_search *search)
{
    free(search->weights);
    free(search->facets);
    cli_filters_release(&search->filters);
    rls_synonyms_close(search->synonyms);
    cli_arena_release(&search->strings);
    memset(search, 0, sizeof *search);
}

/* --- fields --- */

typedef struct telling {
    cli_search *search;
    uint32_t    found;
} telling;

/* Values that nearly every document has for itself tell nothing about many. */
static bool
add_telling_field(void *context, const rls_field_info *field)
{
    telling          *work = context;
    rls_facet_request request = {.limit = TELLING_VALUES, .order = RLS_FACET_BY_COUNT};

    if ((field->kinds & RLS_FIELD_KEYWORD) == 0 || field->documents == 0 ||
        field->distinct_values < 2 || field->distinct_values > field->documents / 2 + 1)
        return true;
    request.field = cli_arena_copy(&work->search->strings, field->name, strlen(field->name));
    cli_search_put_facet(work->search, &request);
    return ++work->found < TELLING_FACETS;
}

void
cli_search_add_telling_facets(cli_search *search, const rls_snapshot *snapshot)
{
    telling work = {.search = search};

    rls_snapshot_fields(snapshot, add_telling_field, &work, NULL);
}

typedef struct lookup {
    const char *name;
    uint32_t    kinds;        /* of the field of that name; 0: there is none */
    char        nearest[256]; /* where there is none: what was meant, or empty */
} lookup;

static bool
meet_field(void *context, const rls_field_info *field)
{
    lookup *wanted = context;

    if (strcmp(wanted->name, field->name) != 0)
        return true;
    wanted->kinds = field->kinds;
    return false;
}

/* What is looked for in a field. */
typedef enum field_need {
    NEED_FIELD, /* that there is one */
    NEED_NOTED, /* the same, and the search itself tells that nothing is in it */
    NEED_VALUES,
    NEED_DATES
} field_need;

static lookup
look_up(const rls_snapshot *snapshot, const char *name)
{
    lookup wanted = {.name = name};

    rls_snapshot_fields(snapshot, meet_field, &wanted, NULL);
    if (wanted.kinds == 0)
        rls_snapshot_nearest_field(snapshot, name, wanted.nearest, sizeof wanted.nearest, NULL);
    return wanted;
}

/* "a,b" is the way of other programs to order by two fields. */
static void
tell_several(cli_text *line, const char *flag, const char *names)
{
    cli_text_put(line, " (several:");
    for (;;) {
        int size = (int)strcspn(names, ",");

        cli_text_format(line, " %s %.*s", flag, size, names);
        names += size;
        if (names[0] == '\0')
            break;
        names++;
    }
    cli_text_put(line, ")");
}

static void
note_field(const char *flag, const lookup *wanted, const char *lack)
{
    cli_text line = {0};

    cli_text_format(&line, "%s %s: %s", flag, wanted->name, lack);
    if (wanted->kinds == 0 && strcmp(flag, "--sort") == 0 && strchr(wanted->name, ',') != NULL)
        tell_several(&line, flag, wanted->name);
    else if (wanted->nearest[0] != '\0')
        cli_text_format(&line, " (did you mean %s?)", wanted->nearest);
    cli_note(line.data);
    cli_text_release(&line);
}

/* True when something was told. */
static bool
check_field(const rls_snapshot *snapshot, const char *flag, const char *name, field_need need)
{
    static const uint32_t kinds[] = {UINT32_MAX, UINT32_MAX,
                                     RLS_FIELD_KEYWORD | RLS_FIELD_DATE | RLS_FIELD_NUMBER,
                                     RLS_FIELD_DATE};
    lookup                wanted;
    const char           *lack = NULL;

    if (name == NULL)
        return false;
    wanted = look_up(snapshot, name);
    if (wanted.kinds == 0 &&
        (wanted.nearest[0] != '\0' || need != NEED_NOTED || strchr(name, ',') != NULL))
        lack = "the index has no such field";
    else if (wanted.kinds != 0 && (wanted.kinds & kinds[need]) == 0)
        lack = need == NEED_DATES ? "there are no dates in this field"
                                  : "this field has words to look for, but no values to count";
    if (lack != NULL)
        note_field(flag, &wanted, lack);
    return lack != NULL;
}

void
cli_search_note_unmet(const rls_snapshot *snapshot, const char *flag, const char *name)
{
    lookup wanted = look_up(snapshot, name);

    note_field(flag, &wanted, "no document found has this field");
}

void
cli_search_check(cli_search *search, const rls_snapshot *snapshot)
{
    const rls_search_options *options = &search->options;

    for (uint32_t i = 0; i < options->weight_count; i++)
        check_field(snapshot, "--weight", search->weights[i].field, NEED_FIELD);
    for (uint32_t i = 0; i < options->sort_count; i++)
        search->sort_told[i] = check_field(snapshot, "--sort", search->sort[i].field, NEED_NOTED);
    for (uint32_t i = 0; i < search->facets_asked; i++)
        check_field(snapshot, facet_flag(search, i), search->facets[i].field,
                    search->facets[i].kind == RLS_FACET_VALUE ? NEED_VALUES : NEED_DATES);
    if (search->given->snippet_field != NULL && strcmp(search->given->snippet_field, "body") != 0)
        check_field(snapshot, "--snippet-field", search->given->snippet_field, NEED_NOTED);
    if (options->recency_half_life_days > 0 || options->year_boost > 1)
        check_field(snapshot, "--recency-field", options->recency_field, NEED_DATES);
}

/* --- one search --- */

rls_status
cli_search_run(const cli_search *search, rls_snapshot *snapshot, const char *text, size_t size,
               rls_hits **out_hits, rls_error *err)
{
    rls_query *query;
    rls_status status;

    if (!search->given->strict)
        return rls_snapshot_search_text(snapshot, text, size, &search->options, out_hits, err);
    status = rls_query_parse(text, size, true, &query, err);
    if (status != RLS_OK)
        return status;
    status = rls_snapshot_search(snapshot, query, &search->options, out_hits, err);
    rls_query_close(query);
    return status;
}

int
cli_search_tell_failure(const char *query_id, const rls_error *err)
{
    const char *before = query_id == NULL ? "" : query_id, *between = query_id == NULL ? "" : ": ";

    if (err->status == RLS_BAD_QUERY)
        cli_error("%s%squery: at byte %" PRIu64 ": %s", before, between, err->offset, err->message);
    else
        cli_error("%s%s%s", before, between,
                  err->message[0] != '\0' ? err->message : rls_status_name(err->status));
    return CLI_FAILED;
}

/* Whether the check of fields has told the same, in words that help more. */
static bool
is_told(const cli_search *search, const char *note, rls_note_kind kind)
{
    bool told = false;

    for (uint32_t i = 0; kind == RLS_NOTE_SORT && i < search->options.sort_count; i++) {
        cli_text name = {0};
        cli_text_format(&name, "\"%s\"", search->sort[i].field);
        told = told || (search->sort_told[i] && strstr(note, name.data) != NULL);
        cli_text_release(&name);
    }
    return told;
}

int
cli_search_tell_notes(const cli_search *search, const rls_hits *hits, const char *query_id)
{
    const char *note;
    uint32_t    start, end;

    for (uint32_t i = 0; (note = rls_hits_get_note(hits, i, &start, &end)) != NULL; i++) {
        rls_note_kind kind = rls_hits_note_kind(hits, i);
        cli_text      line = {0};
        /* That a synonym was looked for is no fault of the query. */
        if (search->given->strict && kind != RLS_NOTE_SYNONYM) {
            rls_error error = {.status = RLS_BAD_QUERY, .offset = start};
            snprintf(error.message, sizeof error.message, "%s", note);
            return cli_search_tell_failure(query_id, &error);
        }
        if (is_told(search, note, kind))
            continue;
        if (query_id != NULL)
            cli_text_format(&line, "%s: ", query_id);
        cli_text_put(&line, note);
        cli_note(line.data);
        cli_text_release(&line);
    }
    if (rls_hits_timed_out(hits))
        cli_note(search->given->count
                     ? "the time was over: there are at least so many, and maybe more"
                     : "the time was over: this is what was found until then");
    return CLI_DONE;
}

void
cli_search_join(cli_text *out, int count, char **words)
{
    cli_text_put(out, "");
    for (int i = 0; i < count; i++)
        cli_text_format(out, "%s%s", i == 0 ? "" : " ", words[i]);
}
