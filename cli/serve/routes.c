/* Targets and what answers them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "server.h"

typedef struct route {
    const char *path;
    void (*answer)(serve_call *call);
    const cli_command *command;        /* whose flags the parameters are */
    const char *const *parameters;     /* flags that a request may set */
    const char *const *own_parameters; /* that are no flags */
    bool               is_lasting;     /* the same until the index changes */
} route;

#define SEARCH_PARAMETERS                                                                          \
    "limit", "offset", "after", "sort", "all", "any", "strict", "filter", "facet",                 \
        "no-own-filter", "collapse", "collapse-same", "expand", "explain", "no-snippet", "marks",  \
        "passages", "snippet-size", "snippet-field", "timeout"

static const char *const search_parameters[] = {SEARCH_PARAMETERS, NULL};
static const char *const facet_parameters[] = {"all",   "any",           "strict",  "filter",
                                               "facet", "no-own-filter", "timeout", NULL};
static const char *const like_parameters[] = {
    "limit",    "offset",       "sort",          "filter", "facet", "no-own-filter", "no-snippet",
    "passages", "snippet-size", "snippet-field", "marks",  "words", "timeout",       NULL};
static const char *const suggest_parameters[] = {"limit", "kind", NULL};
static const char *const document_parameters[] = {"timeout", NULL};
static const char *const no_parameters[] = {NULL};
static const char *const query_only[] = {"q", NULL};
static const char *const key_only[] = {"key", NULL};
static const char *const key_and_query[] = {"key", "q", NULL};

static const route routes[] = {
    {"/api/search", serve_search, &cli_command_query, search_parameters, query_only, true},
    {"/api/facets", serve_facets, &cli_command_query, facet_parameters, query_only, true},
    {"/api/document", serve_document, &cli_command_query, document_parameters, key_and_query, true},
    {"/api/like", serve_like, &cli_command_like, like_parameters, key_only, true},
    {"/api/suggest", serve_suggest, &cli_command_suggest, suggest_parameters, query_only, true},
    {"/api/stats", serve_stats, &cli_command_query, no_parameters, no_parameters, true},
    {"/api/status", serve_status, &cli_command_query, no_parameters, no_parameters, false},
};

static bool
is_among(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

/* Parameters are flags by their names, and read as those are; a switch may stand alone. False with
 * the answer made when one is wrong. */
static bool
take_parameters(const route *to, serve_call *call)
{
    static const cli_origin here = {CLI_ORIGIN_FLAG, NULL, 0, false};
    cli_text                message = {0}, wanted = {0};

    for (size_t i = 0; i < call->request->count && message.size == 0; i++) {
        const serve_parameter *given = &call->request->parameters[i];
        const char            *value = given->value;
        const cli_flag        *flag;
        if (is_among(given->name, to->own_parameters))
            continue;
        flag =
            is_among(given->name, to->parameters) ? cli_flag_find(to->command, given->name) : NULL;
        if (flag == NULL)
            cli_text_format(&message, "%s: %s has no such parameter", given->name, to->path);
        else if (!cli_flag_set(flag, &call->options,
                               flag->kind == CLI_FLAG_SWITCH && value[0] == '\0' ? "yes" : value,
                               here, &wanted))
            cli_text_format(&message, "%s=%s: wrong value (give %s)", given->name, value,
                            wanted.data);
    }
    if (message.size > 0)
        serve_answer_error(call->answer, 400, message.data);
    cli_text_release(&wanted);
    if (message.size == 0)
        cli_options_complete(to->command, &call->options, &call->server->settings.inherited);
    cli_text_release(&message);
    return call->answer->status == 0;
}

/* FNV-1a. */
static uint64_t
hash_text(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

/* Names the answer: this run, the commit and how it was come by, the target. */
static void
put_tag(const serve_call *call)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    uint64_t          hash = call->server->settings.salt + call->edition->turn;

    if (rls_snapshot_get_info(call->snapshot, &info, NULL) == RLS_OK)
        snprintf(call->answer->tag, sizeof call->answer->tag, "W/\"%" PRIu64 "-%016" PRIx64 "\"",
                 info.generation, hash_text(hash, call->request->target));
}

/* Whether a list of entity tags has this one; weakly compared, as all of ours are weak. */
static bool
has_tag(const char *list, const char *tag)
{
    const char *found = list == NULL ? NULL : strstr(list, tag + 2);

    return found != NULL;
}

static void
answer_call(const route *to, serve_call *call)
{
    serve_answer *answer = call->answer;

    if (to->is_lasting)
        put_tag(call);
    if (answer->tag[0] != '\0' && has_tag(call->request->if_none_match, answer->tag)) {
        answer->is_unchanged = true;
        answer->status = 304;
        return;
    }
    to->answer(call);
    if (answer->status != 200)
        answer->tag[0] = '\0';
}

void
serve_route(serve_server *server, serve_request *request, serve_answer *answer)
{
    serve_call call = {.server = server, .request = request, .answer = answer};

    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (strcmp(request->path, routes[i].path) != 0)
            continue;
        serve_shelf_look(&server->shelf);
        call.edition = serve_shelf_take(&server->shelf);
        call.snapshot = call.edition->snapshot;
        if (take_parameters(&routes[i], &call))
            answer_call(&routes[i], &call);
        cli_options_release(&call.options);
        serve_shelf_give_back(&server->shelf, call.edition);
        return;
    }
    serve_answer_error(answer, 404, "there is nothing at this address (see /api/schema)");
}
