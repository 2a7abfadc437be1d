#include "filters.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"

enum {
    FILTERS = 64 /* of one search */
};

/* An end of a range: a date or a number, or nothing. */
static bool
is_end(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr("0123456789-+.:TZ", bytes[i]) == NULL)
            return false;
    }
    return size == 0 || (bytes[0] != '.' && bytes[size - 1] != '.');
}

static const char *
copy_end(cli_filters *filters, const char *bytes, size_t size)
{
    return size == 0 ? NULL : cli_arena_copy(&filters->strings, bytes, size);
}

/* The filter that further values of the field belong to, or a new one. */
static rls_filter *
filter_of(cli_filters *filters, const char *field, size_t size, bool is_range)
{
    for (uint32_t i = 0; !is_range && i < filters->count; i++) {
        rls_filter *item = &filters->items[i];
        if (item->value_count > 0 && strlen(item->field) == size &&
            memcmp(item->field, field, size) == 0)
            return item;
    }
    if (filters->count == FILTERS)
        return NULL;
    filters->items =
        cli_reallocate(filters->items, filters->count + (size_t)1, sizeof *filters->items);
    filters->items[filters->count] =
        (rls_filter){.field = cli_arena_copy(&filters->strings, field, size)};
    return &filters->items[filters->count++];
}

static int
take(cli_filters *filters, const char *typed)
{
    const char *equals = strchr(typed, '='), *value, *dots;
    size_t      size;
    rls_filter *filter;
    bool        is_range;

    if (equals == NULL || equals == typed || equals[1] == '\0') {
        cli_error("--filter %s: wrong value (give FIELD=VALUE or FIELD=FROM..TO)", typed);
        return CLI_FAILED;
    }
    value = equals + 1;
    size = strlen(value);
    dots = strstr(value, "..");
    is_range = dots != NULL && size > 2 && is_end(value, (size_t)(dots - value)) &&
               is_end(dots + 2, size - (size_t)(dots + 2 - value));
    filter = filter_of(filters, typed, (size_t)(equals - typed), is_range);
    if (filter == NULL) {
        cli_error("--filter %s: too many of them (give %d at most)", typed, FILTERS);
        return CLI_FAILED;
    }
    if (is_range) {
        filter->from = copy_end(filters, value, (size_t)(dots - value));
        filter->to = copy_end(filters, dots + 2, size - (size_t)(dots + 2 - value));
    } else {
        const char **values =
            cli_reallocate((void *)filter->values, filter->value_count + (size_t)1, sizeof *values);
        values[filter->value_count++] = cli_arena_copy(&filters->strings, value, size);
        filter->values = values;
    }
    return CLI_DONE;
}

int
cli_filters_take(cli_filters *filters, const cli_texts *given)
{
    int status = CLI_DONE;

    *filters = (cli_filters){0};
    for (size_t i = 0; status == CLI_DONE && i < given->count; i++)
        status = take(filters, given->items[i]);
    return status;
}

void
cli_filters_release(cli_filters *filters)
{
    for (uint32_t i = 0; i < filters->count; i++)
        free((void *)filters->items[i].values);
    free(filters->items);
    cli_arena_release(&filters->strings);
    *filters = (cli_filters){0};
}
