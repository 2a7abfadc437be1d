#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

enum {
    BACKLOG = 256
};

static bool
is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(
            &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
}

static int
open_socket(const struct addrinfo *at)
{
    int on = 1, made = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (made < 0)
        return -1;
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(made, at->ai_addr, at->ai_addrlen) != 0 || listen(made, BACKLOG) != 0) {
        int error = errno;
        close(made);
        errno = error;
        return -1;
    }
    return made;
}

static void
tell_place(serve_place *place)
{
    struct sockaddr_storage bound = {0};
    socklen_t               size = sizeof bound;
    char                    number[INET6_ADDRSTRLEN] = "";

    getsockname(place->socket, (struct sockaddr *)&bound, &size);
    place->is_ipv6 = bound.ss_family == AF_INET6;
    if (place->is_ipv6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)&bound;
        inet_ntop(AF_INET6, &six->sin6_addr, number, sizeof number);
        place->port = ntohs(six->sin6_port);
        snprintf(place->host, sizeof place->host, "[%s]", number);
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)&bound;
        inet_ntop(AF_INET, &four->sin_addr, number, sizeof number);
        place->port = ntohs(four->sin_port);
        snprintf(place->host, sizeof place->host, "%s", number);
    }
}

bool
serve_listen(const char *address, uint16_t port, serve_place *out_place)
{
    struct addrinfo  wish = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *found = NULL;
    char             service[8];
    const char      *number = strcmp(address, "localhost") == 0 ? "127.0.0.1" : address;

    *out_place = (serve_place){.socket = -1};
    snprintf(service, sizeof service, "%u", (unsigned)port);
    if (getaddrinfo(number, service, &wish, &found) != 0) {
        cli_error("--address %s: no address of this machine (give one in figures, such as "
                  "127.0.0.1)",
                  address);
        return false;
    }
    out_place->is_local = is_loopback(found->ai_addr);
    out_place->socket = open_socket(found);
    freeaddrinfo(found);
    if (out_place->socket < 0) {
        cli_error("port %u of %s: %s (give another: --port N, or 0 for any that is free)",
                  (unsigned)port, address, strerror(errno));
        return false;
    }
    tell_place(out_place);
    return true;
}

bool
serve_is_local_host(const char *host)
{
    size_t         size = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
    char           name[64];
    struct in_addr address;

    if (host[0] == '[' && strchr(host, ']') == NULL)
        return false;
    if (size == 0 || size >= sizeof name ||
        (host[size] != '\0' &&
         (host[size] != ':' || strspn(host + size + 1, "0123456789") != strlen(host + size + 1))))
        return false;
    memcpy(name, host, size);
    name[size] = '\0';
    if (strcasecmp(name, "localhost") == 0 || strcmp(name, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, name, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}
