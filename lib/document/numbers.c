#include "document/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_SIZE = 40
};

static bool
is_digit(rls_bytes text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

bool
rls_number_parse(rls_bytes text, double *out)
{
    /* Digits without their point, and an exponent instead: strtod reads that alike everywhere. */
    char   plain[MAX_SIZE + 24];
    size_t at = 0, put = 0;
    long   exponent = 0, fraction = 0;
    bool   negative = false;

    if (text.size == 0 || text.size > MAX_SIZE)
        return false;
    if (text.data[at] == '-' || text.data[at] == '+')
        plain[put++] = (char)text.data[at++];
    if (!is_digit(text, at) || (text.data[at] == '0' && is_digit(text, at + 1)))
        return false;
    while (is_digit(text, at))
        plain[put++] = (char)text.data[at++];
    if (at < text.size && text.data[at] == '.') {
        at++;
        if (!is_digit(text, at))
            return false;
        for (; is_digit(text, at); fraction++)
            plain[put++] = (char)text.data[at++];
    }
    if (at < text.size && (text.data[at] | 32) == 'e') {
        at++;
        if (at < text.size && (text.data[at] == '-' || text.data[at] == '+'))
            negative = text.data[at++] == '-';
        if (!is_digit(text, at))
            return false;
        for (; is_digit(text, at); at++)
            exponent = exponent > 9999 ? exponent : exponent * 10 + (text.data[at] - '0');
    }
    if (at != text.size)
        return false;
    snprintf(plain + put, sizeof plain - put, "e%ld", (negative ? -exponent : exponent) - fraction);
    *out = strtod(plain, NULL);
    return isfinite(*out);
}

void
rls_number_write(float number, char out[RLS_NUMBER_SIZE])
{
    snprintf(out, RLS_NUMBER_SIZE, "%.9g", (double)number);
    for (char *at = out; *at != 0; at++) {
        if (strchr("0123456789+-e", *at) == NULL)
            *at = '.';
    }
}
