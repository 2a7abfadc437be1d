/* The socket that is listened on. */
#ifndef CLI_SERVE_LISTEN_H
#define CLI_SERVE_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

typedef struct serve_place {
    int      socket;
    bool     is_local; /* a loopback address */
    bool     is_ipv6;
    uint16_t port;
    char     host[64]; /* as a browser takes it */
} serve_place;

/* Listens on the address, a number or "localhost". False after an error that was told. */
bool serve_listen(const char *address, uint16_t port, serve_place *out_place);
/* Whether a Host header names this machine itself, whatever the port: 127.0.0.1, [::1], localhost.
 * Any other name was pointed here by somebody else. */
bool serve_is_local_host(const char *host);

#endif
