#include "server.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "commands.h"
#include "http_library.h"
#include "index_path.h"
#include "listen.h"
#include "message.h"
#include "serve.h"
#include "terminal.h"

enum {
    IDLE_SECONDS = 30,         /* of a connection, and of one that sends its request slowly */
    CONNECTION_MEMORY = 65536, /* bytes, of which the request takes what it needs */
    STACK = 1 << 20,
    LOOK_SECONDS = 10, /* between looks for a new commit when nobody asks anything */
    GRACE_MS = 10000,  /* for requests in flight when the server is to stop */
    QUIET_MS = 100,    /* without any before connections are cut */
    STEP_MS = 10,
    THREADS_MAX = 64
};

/* --- one request --- */

typedef struct exchange {
    char    *target; /* as it came; NULL: there was no memory */
    uint64_t begun;
    unsigned status;
    bool     is_taken; /* counted among the active ones */
} exchange;

/* The target as the other side wrote it: libmicrohttpd decodes it more leniently than we do. */
static void *
keep_target(void *context, const char *uri, struct MHD_Connection *connection)
{
    exchange *made = calloc(1, sizeof *made);

    (void)context;
    (void)connection;
    if (made != NULL) {
        made->target = strdup(uri);
        made->begun = cli_clock();
    }
    return made;
}

static const serve_asset *
find_asset(const char *path)
{
    for (size_t i = 0; i < serve_asset_count; i++) {
        if (strcmp(serve_assets[i].path, path) == 0)
            return &serve_assets[i];
    }
    return NULL;
}

static enum MHD_Result
count_host(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    unsigned *wrong = context;

    (void)kind;
    if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0 &&
        (value == NULL || !serve_is_local_host(value)))
        ++*wrong;
    return MHD_YES;
}

/* On a loopback address, only its own names: a page of somebody else's whose name was pointed here
 * (DNS rebinding) names itself. */
static bool
is_host_right(const serve_server *server, struct MHD_Connection *connection)
{
    unsigned wrong = 0;

    if (!server->settings.is_local)
        return true;
    cli_http.get_connection_values(connection, MHD_HEADER_KIND, count_host, &wrong);
    return wrong == 0 && cli_http.lookup_connection_value(connection, MHD_HEADER_KIND,
                                                          MHD_HTTP_HEADER_HOST) != NULL;
}

static enum MHD_Result
answer_request(serve_server *server, struct MHD_Connection *connection, const char *method,
               exchange *at)
{
    serve_answer       answer = {0};
    serve_request      request = {0};
    const serve_asset *asset = NULL;
    enum MHD_Result    result;

    if (at->target == NULL) {
        serve_answer_error(&answer, 503, "no memory for the request");
    } else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        serve_answer_error(&answer, 405, "only GET and HEAD are answered here");
        answer.allow = "GET, HEAD";
    } else if (!is_host_right(server, connection)) {
        serve_answer_error(&answer, 421,
                           "this server answers to 127.0.0.1, [::1] and localhost only");
    } else if (strlen(at->target) > SERVE_URL_MAX) {
        serve_answer_error(&answer, 414, "the address is longer than 8192 bytes");
    } else {
        const char *wrong = serve_request_read(&request, at->target);
        request.if_none_match = cli_http.lookup_connection_value(connection, MHD_HEADER_KIND,
                                                                 MHD_HTTP_HEADER_IF_NONE_MATCH);
        asset = wrong != NULL ? NULL : find_asset(request.path);
        if (wrong != NULL)
            serve_answer_error(&answer, 400, wrong);
        else if (asset == NULL)
            serve_route(server, &request, &answer);
    }
    at->status = asset != NULL ? 200 : answer.status;
    result = asset != NULL ? serve_send_asset(connection, server, asset)
                           : serve_send(connection, server, &answer);
    cli_text_release(&answer.body);
    serve_request_release(&request);
    return result;
}

static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
       const char *version, const char *upload, size_t *upload_size, void **exchange_of)
{
    serve_server *server = context;
    exchange     *at = *exchange_of;

    (void)url;
    (void)version;
    (void)upload;
    if (at == NULL)
        return MHD_NO;
    /* The first call comes before anything that follows the headers, which is passed over. */
    if (!at->is_taken) {
        at->is_taken = true;
        atomic_fetch_add(&server->active, 1);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    return answer_request(server, connection, method, at);
}

static void
tell_request(const exchange *at)
{
    cli_text line = {0};

    cli_text_format(&line, "%u  ", at->status);
    cli_text_duration(&line, cli_clock() - at->begun);
    cli_text_format(&line, "  %s", at->target == NULL ? "" : at->target);
    cli_remark_line(line.data);
    cli_text_release(&line);
}

static void
finish(void *context, struct MHD_Connection *connection, void **exchange_of,
       enum MHD_RequestTerminationCode how)
{
    serve_server *server = context;
    exchange     *at = *exchange_of;

    (void)connection;
    (void)how;
    if (at == NULL)
        return;
    if (at->is_taken) {
        if (server->settings.given->verbose)
            tell_request(at);
        atomic_fetch_sub(&server->active, 1);
    }
    free(at->target);
    free(at);
    *exchange_of = NULL;
}

/* --- the server --- */

static struct MHD_Daemon *
start(serve_server *server, const serve_place *place)
{
    const cli_options *given = server->settings.given;
    long               cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned           threads = given->threads > 0 ? (unsigned)given->threads
                                 : cores > 2        ? (unsigned)cores
                                                    : 2;
    unsigned           connections = (unsigned)given->connections;

    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    if (connections < threads)
        connections = threads;
    return cli_http.start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | (place->is_ipv6 ? MHD_USE_IPv6 : 0), place->port, NULL,
        NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, place->socket, MHD_OPTION_THREAD_POOL_SIZE,
        threads, MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_URI_LOG_CALLBACK, keep_target,
        server, MHD_OPTION_NOTIFY_COMPLETED, finish, server, MHD_OPTION_END);
}

static void
wait_ms(unsigned ms)
{
    struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};

    nanosleep(&time, NULL);
}

/* No new connections; requests in flight are answered, but for those that take too long. */
static void
stop(serve_server *server, struct MHD_Daemon *daemon)
{
    MHD_socket socket = cli_http.quiesce_daemon(daemon);
    unsigned   quiet = 0;

    atomic_store(&server->stops, true);
    if (socket != MHD_INVALID_SOCKET)
        close(socket);
    for (unsigned waited = 0; quiet < QUIET_MS && waited < 2 * GRACE_MS; waited += STEP_MS) {
        quiet = atomic_load(&server->active) == 0 ? quiet + STEP_MS : 0;
        if (waited >= GRACE_MS)
            atomic_store(&server->gives_up, true);
        wait_ms(STEP_MS);
    }
    cli_http.stop_daemon(daemon);
}

/* Signals that end the server; they are waited for, not handled. Those that were ignored from the
 * beginning, as nohup does, stay so: waited for, they would be heard. */
static void
choose_signals(sigset_t *out_signals)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction before;

    sigemptyset(out_signals);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
        if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaddset(out_signals, ending[i]);
}

static void
tell_start(const serve_place *place, const char *index)
{
    cli_text line = {0};

    cli_text_put(&line, "Serving ");
    cli_escape(&line, index, strlen(index), CLI_ESCAPE_LINE);
    cli_text_format(&line, " at http://%s:%u/ (Ctrl-C stops)\n", place->host,
                    (unsigned)place->port);
    cli_write(line.data, line.size);
    cli_flush_output();
    cli_text_release(&line);
    if (!place->is_local)
        cli_note("whoever reaches this address can read every document of the index");
}

static int
run(serve_server *server, serve_place *place, const char *index)
{
    struct timespec    tick = {LOOK_SECONDS, 0};
    struct MHD_Daemon *daemon;
    sigset_t           signals;

    choose_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    daemon = start(server, place);
    if (daemon == NULL) {
        cli_error("the server cannot start (no memory, or no more threads or files)");
        close(place->socket);
        return CLI_FAILED;
    }
    tell_start(place, index);
    while (sigtimedwait(&signals, NULL, &tick) < 0)
        serve_shelf_look(&server->shelf);
    stop(server, daemon);
    return CLI_DONE;
}

/* What the command line says of searches is read once, so that requests meet no errors of it. */
static int
take_settings(serve_settings *settings, const cli_options *given)
{
    int status;

    *settings = (serve_settings){.given = given, .salt = cli_clock() ^ (uint64_t)getpid() << 40};
    status = cli_search_take(&settings->search, given);
    settings->inherited = *given;
    for (size_t i = 0; i < cli_flag_count; i++) {
        /* The longest time of a query binds all; a request may name a shorter one. */
        if (strcmp(cli_flags[i].name, "synonyms") == 0 || strcmp(cli_flags[i].name, "timeout") == 0)
            settings->inherited.origins[i].kind = CLI_ORIGIN_NOBODY;
    }
    return status;
}

int
cli_serve(const cli_options *options)
{
    serve_server server = {0};
    serve_place  place;
    rls_error    error = {0};
    cli_text     index = {0};
    int          status = take_settings(&server.settings, options);

    if (status == CLI_DONE && !cli_http_load())
        status = CLI_FAILED;
    if (status == CLI_DONE && !cli_index_path(options->index, false, &index))
        status = CLI_FAILED;
    if (status == CLI_DONE &&
        serve_shelf_begin(&server.shelf, options, index.data, &error) != RLS_OK)
        status = cli_tell_unopened(index.data, &error);
    if (status == CLI_DONE) {
        if (serve_listen(options->address, (uint16_t)options->port, &place)) {
            server.settings.is_local = place.is_local;
            status = run(&server, &place, index.data);
        } else {
            status = CLI_FAILED;
        }
        serve_shelf_end(&server.shelf);
    }
    cli_search_release(&server.settings.search);
    cli_text_release(&index);
    return status;
}
