/* Answers made from the index: the objects that the commands print with --json. */
#include <inttypes.h>
#include <string.h>

#include "flags.h"
#include "json_objects.h"
#include "message.h"
#include "results.h"
#include "server.h"

enum {
    OWN_FACETS = 16, /* that nobody named */
    OWN_FACET_VALUES = 20
};

/* --- errors --- */

static unsigned
status_of(rls_status status)
{
    switch (status) {
    case RLS_BAD_ARGUMENT:
    case RLS_BAD_QUERY:
        return 400;
    case RLS_NOT_FOUND:
        return 404;
    case RLS_NO_MEMORY:
    case RLS_CANCELLED:
    case RLS_TIMEOUT:
    case RLS_BUSY:
        return 503;
    default:
        return 500;
    }
}

static void
answer_library_error(serve_call *call, const rls_error *error)
{
    const char *message =
        error->message[0] != '\0' ? error->message : rls_status_name(error->status);

    serve_answer_error(call->answer, status_of(error->status), message);
}

/* The parameter, within its limit; NULL with the answer made. `otherwise`: when it is missing, or
 * NULL when it must not be. */
static const char *
text_parameter(serve_call *call, const char *name, const char *otherwise)
{
    const char *value = serve_request_value(call->request, name);
    cli_text    message = {0};

    if (value == NULL || (value[0] == '\0' && otherwise != NULL))
        value = otherwise;
    if (value == NULL) {
        cli_text_format(&message, "%s: this parameter is missing", name);
        serve_answer_error(call->answer, 400, message.data);
    } else if (strlen(value) > SERVE_QUERY_MAX) {
        cli_text_format(&message, "%s: longer than %d bytes", name, SERVE_QUERY_MAX);
        serve_answer_error(call->answer, 400, message.data);
        value = NULL;
    }
    cli_text_release(&message);
    return value;
}

static bool
gives_up(void *context)
{
    serve_server *server = context;

    return atomic_load_explicit(&server->gives_up, memory_order_relaxed);
}

/* --- searches --- */

/* What the server as a whole says about each search. */
static void
bind_search(serve_call *call, cli_search *search)
{
    const serve_settings *settings = &call->server->settings;
    rls_search_options   *options = &search->options;
    uint32_t              longest = (uint32_t)settings->given->timeout;

    options->synonyms = settings->search.synonyms;
    options->cancel = gives_up;
    options->context = call->server;
    if (longest > 0 && (options->deadline_ms == 0 || options->deadline_ms > longest))
        options->deadline_ms = longest;
    for (uint32_t i = 0; i < options->facet_count; i++) {
        rls_facet_request *facet = &search->facets[i];
        if (facet->limit > SERVE_FACET_MAX && facet->order == RLS_FACET_BY_COUNT)
            facet->limit = SERVE_FACET_MAX;
    }
}

static const char *
beyond_limits(const cli_options *options)
{
    if (options->limit > SERVE_LIMIT_MAX)
        return "limit: at most 100 (further hits are on the pages behind: after=next_token)";
    if (options->skip > SERVE_OFFSET_MAX)
        return "offset: at most 10000 (further hits are on the pages behind: after=next_token)";
    if (options->facets.count > 16)
        return "facet: at most 16 times";
    return NULL;
}

/* Takes the parameters as the commands take their flags; false with the answer made. */
static bool
take_results(serve_call *call, cli_results *results)
{
    const char *beyond = beyond_limits(&call->options);
    cli_text    message = {0};
    int         status;

    *results = (cli_results){0};
    if (beyond != NULL) {
        serve_answer_error(call->answer, 400, beyond);
        return false;
    }
    call->options.json = true;
    cli_message_catch(&message);
    status = cli_results_take(results, &call->options);
    cli_message_catch(NULL);
    if (status != CLI_DONE)
        serve_answer_error(call->answer, 400, message.size > 0 ? message.data : "wrong parameters");
    else
        bind_search(call, &results->search);
    cli_text_release(&message);
    return status == CLI_DONE;
}

/* Elsewhere nobody is told where files are. */
static void
read_roots(const serve_call *call, cli_roots *roots)
{
    if (call->server->settings.is_local)
        cli_roots_read(roots, call->snapshot);
}

static void
answer_hits(serve_call *call, cli_results *results, const char *query, rls_hits *hits)
{
    rls_error error = {0};

    read_roots(call, &results->roots);
    results->printer.query = query;
    if (cli_put_json_hits(&call->answer->body, &results->printer, hits, &error) != RLS_OK) {
        answer_library_error(call, &error);
        return;
    }
    call->answer->status = 200;
    if (rls_hits_timed_out(hits))
        call->answer->tag[0] = '\0';
}

/* Under `strict` the first note is an error. */
static bool
is_strict_error(serve_call *call, const cli_results *results, const rls_hits *hits)
{
    cli_text message = {0};
    bool     failed;

    cli_message_catch(&message);
    failed = cli_search_tell_notes(&results->search, hits, NULL) != CLI_DONE;
    cli_message_catch(NULL);
    if (failed)
        serve_answer_error(call->answer, 400, message.data);
    cli_text_release(&message);
    return failed;
}

static void
run_search(serve_call *call, cli_results *results)
{
    const char *query = text_parameter(call, "q", "*");
    rls_hits   *hits = NULL;
    rls_error   error = {0};

    if (query == NULL)
        return;
    if (cli_search_run(&results->search, call->snapshot, query, strlen(query), &hits, &error) !=
        RLS_OK)
        answer_library_error(call, &error);
    else if (!is_strict_error(call, results, hits))
        answer_hits(call, results, query, hits);
    rls_hits_close(hits);
}

void
serve_search(serve_call *call)
{
    cli_results results;

    if (take_results(call, &results))
        run_search(call, &results);
    cli_results_release(&results);
}

/* Every keyword field, and dates by year. */
static bool
add_facet(void *context, const rls_field_info *field)
{
    cli_search       *search = context;
    bool              is_date = (field->kinds & RLS_FIELD_DATE) != 0;
    rls_facet_request request = {.kind = is_date ? RLS_FACET_YEAR : RLS_FACET_VALUE,
                                 .order = is_date ? RLS_FACET_BY_VALUE : RLS_FACET_BY_COUNT,
                                 .limit = is_date ? UINT32_MAX : OWN_FACET_VALUES,
                                 .leave_out_own_filter = search->given->no_own_filter};

    if ((field->kinds & (RLS_FIELD_KEYWORD | RLS_FIELD_DATE)) == 0 || field->documents == 0)
        return true;
    request.field = cli_arena_copy(&search->strings, field->name, strlen(field->name));
    cli_search_put_facet(search, &request);
    return search->options.facet_count < OWN_FACETS;
}

void
serve_facets(serve_call *call)
{
    cli_results results;

    call->options.limit = 0;
    if (take_results(call, &results)) {
        if (results.search.facets_asked == 0) {
            rls_snapshot_fields(call->snapshot, add_facet, &results.search, NULL);
            results.printer.facets_asked = results.search.options.facet_count;
        }
        run_search(call, &results);
    }
    cli_results_release(&results);
}

/* What was looked for: the words that tell most about the document. */
static void
answer_like(serve_call *call, cli_results *results, rls_hits *hits)
{
    rls_text words = rls_hits_query(hits);
    cli_text query = {0};

    cli_text_put(&query, "");
    cli_text_add(&query, words.data, words.size);
    answer_hits(call, results, query.data, hits);
    cli_text_release(&query);
}

void
serve_like(serve_call *call)
{
    const char      *key = text_parameter(call, "key", NULL);
    rls_like_options like = RLS_LIKE_OPTIONS_INIT;
    cli_results      results = {0};
    rls_hits        *hits = NULL;
    rls_error        error = {0};

    if (key != NULL && take_results(call, &results)) {
        like.key = key;
        like.words = (uint32_t)call->options.words;
        results.printer.has_no_words = true;
        if (rls_snapshot_like(call->snapshot, &like, &results.search.options, &hits, &error) !=
            RLS_OK)
            answer_library_error(call, &error);
        else
            answer_like(call, &results, hits);
    }
    rls_hits_close(hits);
    cli_results_release(&results);
}

/* --- one document --- */

void
serve_document(serve_call *call)
{
    const char *key = text_parameter(call, "key", NULL);
    const char *query = key == NULL ? NULL : text_parameter(call, "q", "");
    cli_results results = {0};
    rls_hits   *hits = NULL;
    rls_error   error = {0};
    rls_status  status;

    if (query != NULL && take_results(call, &results)) {
        read_roots(call, &results.roots);
        status = query[0] == '\0'
                     ? rls_snapshot_get(call->snapshot, key, &hits, &error)
                     : rls_snapshot_get_with_matches(call->snapshot, key, query, strlen(query),
                                                     &results.search.options, &hits, &error);
        if (status == RLS_OK)
            status = cli_put_json_document(&call->answer->body, &results.roots, hits,
                                           query[0] != '\0', &error);
        if (status == RLS_OK)
            call->answer->status = 200;
        else
            answer_library_error(call, &error);
    }
    rls_hits_close(hits);
    cli_results_release(&results);
}

/* --- what is typed, what there is --- */

void
serve_suggest(serve_call *call)
{
    const char         *typed = text_parameter(call, "q", "");
    rls_suggest_options asked = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions    *found = NULL;
    rls_error           error = {0};

    if (typed == NULL)
        return;
    cli_suggest_take(&asked, &call->options);
    if (rls_snapshot_suggest(call->snapshot, typed, strlen(typed), &asked, &found, &error) !=
        RLS_OK) {
        answer_library_error(call, &error);
        return;
    }
    cli_put_json_suggestions(&call->answer->body, typed, strlen(typed), found);
    call->answer->status = 200;
    rls_suggestions_close(found);
}

void
serve_stats(serve_call *call)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    rls_error         error = {0};
    rls_status        status = rls_snapshot_get_info(call->snapshot, &info, &error);

    if (status == RLS_OK)
        status = cli_put_json_stats(&call->answer->body, call->snapshot, &info,
                                    call->server->settings.is_local, &error);
    if (status == RLS_OK)
        call->answer->status = 200;
    else
        answer_library_error(call, &error);
}

void
serve_status(serve_call *call)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    cli_text         *out = &call->answer->body;
    rls_error         error = {0};
    bool              stuck = serve_shelf_has_trouble(&call->server->shelf, &error);

    rls_snapshot_get_info(call->snapshot, &info, NULL);
    cli_text_format(out,
                    "{\"version\":\"%s\",\"generation\":%" PRIu64 ",\"documents\":%" PRIu64
                    ",\"is_current\":%s,\"trouble\":",
                    rls_version(), info.generation, info.documents, stuck ? "false" : "true");
    if (stuck)
        cli_json_string(out, error.message, strlen(error.message));
    else
        cli_text_put(out, "null");
    cli_text_put(out, "}\n");
    call->answer->status = 200;
}
