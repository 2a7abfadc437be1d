#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "print_hits.h"

enum {
    WORTH_COMPRESSING = 1000, /* bytes: less fits into one packet anyway */
    COMPRESSION = 5
};

/* On every answer. The page has its own files and nothing else, and nothing may frame it. */
static const char *const headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
     "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Vary", "Accept-Encoding"},
};

void
serve_answer_error(serve_answer *answer, unsigned status, const char *message)
{
    answer->status = status;
    answer->tag[0] = '\0';
    cli_text_clear(&answer->body);
    cli_text_format(&answer->body, "{\"error\":{\"status\":%u,\"message\":", status);
    cli_json_string(&answer->body, message, strlen(message));
    cli_text_put(&answer->body, "}}\n");
}

/* Whether "gzip" is among the codings of Accept-Encoding with a weight above 0. */
static bool
takes_gzip(struct MHD_Connection *connection)
{
    const char *list = cli_http.lookup_connection_value(connection, MHD_HEADER_KIND,
                                                        MHD_HTTP_HEADER_ACCEPT_ENCODING);

    while (list != NULL && *list != '\0') {
        size_t      size = strcspn(list, ",");
        const char *weight;
        list += strspn(list, " \t");
        size = strcspn(list, ",");
        weight = memchr(list, ';', size);
        if (strncasecmp(list, "gzip", 4) == 0 && strchr(" \t;,", list[4]) != NULL) {
            weight = weight == NULL ? NULL : memchr(weight, '=', size - (size_t)(weight - list));
            return weight == NULL || strtod(weight + 1, NULL) > 0;
        }
        list += size;
        list += *list == ',';
    }
    return false;
}

/* Puts the compressed body in place of the plain one; false when it stays as it is. */
static bool
compress_body(cli_text *body)
{
    z_stream stream = {0};
    cli_text packed = {0};
    bool     done;

    if (deflateInit2(&stream, COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    cli_text_reserve(&packed, deflateBound(&stream, body->size));
    stream.next_in = (Bytef *)body->data;
    stream.avail_in = (uInt)body->size;
    stream.next_out = (Bytef *)packed.data;
    stream.avail_out = (uInt)deflateBound(&stream, body->size);
    done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.size = stream.total_out;
    deflateEnd(&stream);
    if (done) {
        cli_text_release(body);
        *body = packed;
    } else {
        cli_text_release(&packed);
    }
    return done;
}

static enum MHD_Result
send_response(struct MHD_Connection *connection, const serve_server *server, unsigned status,
              struct MHD_Response *response, const char *tag)
{
    enum MHD_Result result;

    if (response == NULL)
        return MHD_NO;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        cli_http.add_response_header(response, headers[i][0], headers[i][1]);
    if (tag[0] != '\0')
        cli_http.add_response_header(response, MHD_HTTP_HEADER_ETAG, tag);
    cli_http.add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                 tag[0] != '\0' ? "no-cache" : "no-store");
    if (atomic_load(&server->stops))
        cli_http.add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    result = cli_http.queue_response(connection, status, response);
    cli_http.destroy_response(response);
    return result;
}

enum MHD_Result
serve_send(struct MHD_Connection *connection, const serve_server *server, serve_answer *answer)
{
    bool                 packed = false;
    struct MHD_Response *response;

    if (answer->is_unchanged)
        return send_response(connection, server, 304,
                             cli_http.create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT),
                             answer->tag);
    if (answer->body.size >= WORTH_COMPRESSING && answer->body.size <= UINT32_MAX / 2 &&
        takes_gzip(connection))
        packed = compress_body(&answer->body);
    response = cli_http.create_response_from_buffer(answer->body.size, answer->body.data,
                                                    MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return MHD_NO;
    answer->body = (cli_text){0};
    cli_http.add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                 answer->type != NULL ? answer->type : "application/json");
    if (packed)
        cli_http.add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    if (answer->allow != NULL)
        cli_http.add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    return send_response(connection, server, answer->status, response, answer->tag);
}

enum MHD_Result
serve_send_asset(struct MHD_Connection *connection, const serve_server *server,
                 const serve_asset *asset)
{
    const char          *known = cli_http.lookup_connection_value(connection, MHD_HEADER_KIND,
                                                                  MHD_HTTP_HEADER_IF_NONE_MATCH);
    bool                 packed = takes_gzip(connection);
    struct MHD_Response *response;

    if (known != NULL && strstr(known, asset->tag + 2) != NULL)
        return send_response(connection, server, 304,
                             cli_http.create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT),
                             asset->tag);
    response = cli_http.create_response_from_buffer(packed ? asset->gzip_size : asset->size,
                                                    (void *)(packed ? asset->gzip : asset->bytes),
                                                    MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    cli_http.add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, asset->type);
    if (packed)
        cli_http.add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    return send_response(connection, server, 200, response, asset->tag);
}
