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

/* Whatever stands for the point in the locale at hand. */
static void
mend_point(char *text)
{
    for (; *text != 0; text++) {
        if (strchr("0123456789+-e", *text) == NULL)
            *text = '.';
    }
}

void
rls_number_write(float number, char out[RLS_NUMBER_SIZE])
{
    snprintf(out, RLS_NUMBER_SIZE, "%.9g", (double)number);
    mend_point(out);
}

size_t
rls_number_text(double number, char out[RLS_NUMBER_SIZE])
{
    for (int places = 15; places <= 17; places++) {
        double back;
        snprintf(out, RLS_NUMBER_SIZE, "%.*g", places, number);
        mend_point(out);
        if (rls_number_parse(rls_bytes_of(out, strlen(out)), &back) && !(back < number) &&
            !(back > number))
            break;
    }
    return strlen(out);
}
