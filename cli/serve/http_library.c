#include "http_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "message.h"

/* Of 0.9 as of 1.0. */
static const char name[] = "libmicrohttpd.so.12";

cli_http_library cli_http;

bool
cli_http_load(void)
{
    static const struct {
        const char *name;
        size_t      place;
    } functions[] = {
        {"MHD_start_daemon", offsetof(cli_http_library, start_daemon)},
        {"MHD_quiesce_daemon", offsetof(cli_http_library, quiesce_daemon)},
        {"MHD_stop_daemon", offsetof(cli_http_library, stop_daemon)},
        {"MHD_create_response_from_buffer",
         offsetof(cli_http_library, create_response_from_buffer)},
        {"MHD_add_response_header", offsetof(cli_http_library, add_response_header)},
        {"MHD_queue_response", offsetof(cli_http_library, queue_response)},
        {"MHD_destroy_response", offsetof(cli_http_library, destroy_response)},
        {"MHD_get_connection_values", offsetof(cli_http_library, get_connection_values)},
        {"MHD_lookup_connection_value", offsetof(cli_http_library, lookup_connection_value)},
    };
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL) {
        cli_error("serve: %s (install libmicrohttpd)", dlerror());
        return false;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (function == NULL) {
            cli_error("serve: %s has no %s", name, functions[i].name);
            return false;
        }
        /* As POSIX has it: a function's address, kept as a pointer to data. */
        memcpy((char *)&cli_http + functions[i].place, &function, sizeof function);
    }
    return true;
}
