/* libmicrohttpd, loaded when `rsearch serve` begins: linked, it and what it needs (TLS among it)
 * would double the time that every other command takes to start. */
#ifndef CLI_SERVE_HTTP_LIBRARY_H
#define CLI_SERVE_HTTP_LIBRARY_H

#include <microhttpd.h>
#include <stdbool.h>

typedef struct cli_http_library {
    __typeof__(MHD_start_daemon)                *start_daemon;
    __typeof__(MHD_quiesce_daemon)              *quiesce_daemon;
    __typeof__(MHD_stop_daemon)                 *stop_daemon;
    __typeof__(MHD_create_response_from_buffer) *create_response_from_buffer;
    __typeof__(MHD_add_response_header)         *add_response_header;
    __typeof__(MHD_queue_response)              *queue_response;
    __typeof__(MHD_destroy_response)            *destroy_response;
    __typeof__(MHD_get_connection_values)       *get_connection_values;
    __typeof__(MHD_lookup_connection_value)     *lookup_connection_value;
} cli_http_library;

/* Filled before the server starts, and constant from then on. */
extern cli_http_library cli_http;

/* False, with an error told, where it cannot be loaded. */
bool cli_http_load(void);

#endif
