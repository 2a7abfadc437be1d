/* A request target: path and parameters, decoded. What is not well formed is refused, not guessed.
 */
#ifndef CLI_SERVE_REQUEST_H
#define CLI_SERVE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct serve_parameter {
    const char *name, *value; /* UTF-8 without NUL */
} serve_parameter;

enum {
    SERVE_PARAMETERS = 128
};

typedef struct serve_request {
    char           *target;  /* as it came */
    char           *decoded; /* what the other pointers point into */
    const char     *path;
    serve_parameter parameters[SERVE_PARAMETERS];
    size_t          count;
    const char     *if_none_match; /* NULL: none */
} serve_request;

/* Takes a copy of `target` apart. @return NULL, or what is wrong with it */
const char *serve_request_read(serve_request *request, const char *target);
void        serve_request_release(serve_request *request);
/* The first value of a parameter, or NULL. */
const char *serve_request_value(const serve_request *request, const char *name);

#endif
