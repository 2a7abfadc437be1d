/* The server behind `rsearch serve`, in its parts:
 *   server.c   sockets, threads, signals: from start to stop
 *   request.c  a request target taken apart, strictly
 *   routes.c   which target is answered by what
 *   api.c      answers made from the index
 *   answer.c   headers, entity tags, compression
 *   shelf.c    the newest commit, for all threads
 *   assets.h   the page, built in */
#ifndef CLI_SERVE_SERVER_H
#define CLI_SERVE_SERVER_H

#include <stdatomic.h>

#include "request.h"
#include "search.h"
#include "shelf.h"

enum {
    SERVE_URL_MAX = 8192,     /* bytes of a request target */
    SERVE_QUERY_MAX = 2048,   /* bytes of a query */
    SERVE_LIMIT_MAX = 100,    /* hits of a page */
    SERVE_OFFSET_MAX = 10000, /* hits passed over; pages behind go by their token */
    SERVE_FACET_MAX = 1000    /* values of a facet, dates apart */
};

/* What is the same for all requests. */
typedef struct serve_settings {
    const cli_options *given;     /* of the command line and the settings */
    cli_search         search;    /* as they say; its synonyms are those of every search */
    cli_options        inherited; /* what requests take over where they say nothing */
    bool               is_local;  /* reached from this machine only */
    uint64_t           salt;      /* of entity tags: of this run */
} serve_settings;

typedef struct serve_server {
    serve_settings settings;
    serve_shelf    shelf;
    atomic_uint    active;   /* requests that are being answered */
    atomic_bool    stops;    /* answers end their connections */
    atomic_bool    gives_up; /* searches end at once */
} serve_server;

/* What goes back. The body is this thread's until it is sent. */
typedef struct serve_answer {
    unsigned    status;
    const char *type;
    const char *allow; /* methods, with status 405 */
    cli_text    body;
    char        tag[64];      /* entity tag; empty: the answer holds for this moment only */
    bool        is_unchanged; /* the other side has it: 304 */
} serve_answer;

/* Makes the answer of a request whose target is in order. */
void serve_route(serve_server *server, serve_request *request, serve_answer *answer);
/* {"error":{"status":…,"message":…}} */
void serve_answer_error(serve_answer *answer, unsigned status, const char *message);

/* The answers of api.c. */
typedef struct serve_call {
    serve_server  *server;
    serve_request *request;
    serve_answer  *answer;
    serve_edition *edition;
    rls_snapshot  *snapshot; /* the edition's */
    cli_options    options;  /* of the parameters */
} serve_call;
void serve_search(serve_call *call);
void serve_facets(serve_call *call);
void serve_document(serve_call *call);
void serve_like(serve_call *call);
void serve_suggest(serve_call *call);
void serve_stats(serve_call *call);
void serve_status(serve_call *call);

#endif
