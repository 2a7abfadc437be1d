#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "message.h"

static void
end_without_memory(void)
{
    cli_error("out of memory (close other programs, or give less at a time)");
    exit(CLI_FAILED);
}

void *
cli_reallocate(void *memory, size_t count, size_t size)
{
    void *result = NULL;

    if (size == 0 || count <= SIZE_MAX / size)
        result = realloc(memory, count * size == 0 ? 1 : count * size);
    if (result == NULL)
        end_without_memory();
    return result;
}

void *
cli_allocate(size_t count, size_t size)
{
    return cli_reallocate(NULL, count, size);
}

void
cli_text_release(cli_text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}

void
cli_text_cut(cli_text *text, size_t size)
{
    if (size >= text->size)
        return;
    text->size = size;
    text->data[size] = '\0';
}

void
cli_text_clear(cli_text *text)
{
    cli_text_cut(text, 0);
}

void
cli_text_reserve(cli_text *text, size_t more)
{
    size_t wanted, capacity = text->capacity;

    if (more >= SIZE_MAX / 2 - text->size)
        end_without_memory();
    wanted = text->size + more + 1;
    if (wanted <= capacity)
        return;
    if (capacity < 256)
        capacity = 256;
    while (capacity < wanted)
        capacity *= 2;
    text->data = cli_reallocate(text->data, capacity, 1);
    text->capacity = capacity;
}

void
cli_text_add(cli_text *text, const char *bytes, size_t size)
{
    cli_text_reserve(text, size);
    if (size > 0)
        memcpy(text->data + text->size, bytes, size);
    text->size += size;
    text->data[text->size] = '\0';
}

void
cli_text_put(cli_text *text, const char *string)
{
    cli_text_add(text, string, strlen(string));
}

bool
cli_text_read(cli_text *text, FILE *file)
{
    enum {
        PIECE = 65536
    };
    size_t size = 1;

    cli_text_put(text, "");
    while (size > 0) {
        cli_text_reserve(text, PIECE);
        size = fread(text->data + text->size, 1, PIECE, file);
        text->size += size;
        text->data[text->size] = '\0';
    }
    return !ferror(file);
}

void
cli_text_format(cli_text *text, const char *format, ...)
{
    va_list arguments;
    int     size;

    va_start(arguments, format);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size <= 0)
        return;
    cli_text_reserve(text, (size_t)size);
    va_start(arguments, format);
    vsnprintf(text->data + text->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    text->size += (size_t)size;
}

void
cli_text_count(cli_text *text, uint64_t count)
{
    char   digits[24];
    size_t size = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count);

    for (size_t i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            cli_text_add(text, ",", 1);
        cli_text_add(text, &digits[i], 1);
    }
}

void
cli_text_counted(cli_text *text, uint64_t count, const char *one, const char *many)
{
    cli_text_count(text, count);
    cli_text_format(text, " %s", count == 1 ? one : many);
}

void
cli_text_bytes(cli_text *text, uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double                   value = (double)bytes;
    size_t                   unit = 0;

    while (value >= 999.5 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1000;
        unit++;
    }
    cli_text_format(text, unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void
cli_text_duration(cli_text *text, uint64_t ns)
{
    double seconds = (double)ns / 1e9;

    if (seconds < 0.0995)
        cli_text_format(text, "%.1f ms", seconds * 1e3);
    else if (seconds < 59.95)
        cli_text_format(text, "%.1f s", seconds);
    else
        cli_text_format(text, "%" PRIu64 " min %02u s", (uint64_t)(seconds / 60),
                        (unsigned)((uint64_t)seconds % 60));
}

void
cli_text_number(cli_text *text, double number)
{
    char figures[40];

    if (!isfinite(number)) {
        cli_text_put(text, "0");
        return;
    }
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(figures, sizeof figures, "%.*g", digits, number);
        if (strtod(figures, NULL) == number)
            break;
    }
    cli_text_put(text, figures);
}

uint64_t
cli_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
