#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "terminal.h"
#include "text.h"

static int
digit(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    letter |= 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static bool
is_utf8(const char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size;) {
        uint32_t character;
        size_t   length = cli_decode(text + i, size - i, &character);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

/* Decodes in place. @return NULL, or what is wrong */
static const char *
decode(char *text, bool plus_is_space)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%') {
            int high = digit(from[1]), low = high < 0 ? -1 : digit(from[2]);
            if (low < 0)
                return "a % in the address is not followed by two hexadecimal digits";
            if (high == 0 && low == 0)
                return "the address holds a NUL";
            *to++ = (char)(16 * high + low);
            from += 2;
        } else {
            *to++ = *from == '+' && plus_is_space ? ' ' : *from;
        }
    }
    *to = '\0';
    return is_utf8(text) ? NULL : "the address is not UTF-8";
}

static const char *
read_parameter(serve_request *request, char *text)
{
    char       *equals = strchr(text, '=');
    char       *value = equals == NULL ? text + strlen(text) : equals + 1;
    const char *wrong;

    if (equals != NULL)
        *equals = '\0';
    if (request->count == SERVE_PARAMETERS)
        return "the address has too many parameters";
    wrong = decode(text, true);
    if (wrong == NULL && equals != NULL)
        wrong = decode(value, true);
    request->parameters[request->count++] = (serve_parameter){text, value};
    return wrong;
}

const char *
serve_request_read(serve_request *request, const char *target)
{
    size_t      size = strlen(target) + 1;
    char       *at, *next;
    const char *wrong;

    request->target = cli_allocate(size, 1);
    request->decoded = cli_allocate(size, 1);
    memcpy(request->target, target, size);
    memcpy(request->decoded, target, size);
    request->path = request->decoded;
    at = strchr(request->decoded, '?');
    if (at != NULL)
        *at++ = '\0';
    wrong = decode(request->decoded, false);
    for (; wrong == NULL && at != NULL; at = next) {
        next = strchr(at, '&');
        if (next != NULL)
            *next++ = '\0';
        if (*at != '\0')
            wrong = read_parameter(request, at);
    }
    return wrong;
}

void
serve_request_release(serve_request *request)
{
    free(request->target);
    free(request->decoded);
    memset(request, 0, sizeof *request);
}

const char *
serve_request_value(const serve_request *request, const char *name)
{
    for (size_t i = 0; i < request->count; i++) {
        if (strcmp(request->parameters[i].name, name) == 0)
            return request->parameters[i].value;
    }
    return NULL;
}
