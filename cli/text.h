/* Growing text, and the ways figures are written for people. Running out of memory here ends the
 * command with a message. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes that stand around what is to be marked. */
#define CLI_MARK_START '\x01'
#define CLI_MARK_END '\x02'

typedef struct cli_text {
    char  *data; /* NUL-terminated once anything was added */
    size_t size, capacity;
} cli_text;

void cli_text_release(cli_text *text);
void cli_text_clear(cli_text *text);
void cli_text_cut(cli_text *text, size_t size); /* back to an earlier size */
void cli_text_reserve(cli_text *text, size_t more);
void cli_text_add(cli_text *text, const char *bytes, size_t size);
void cli_text_put(cli_text *text, const char *string);
/* Adds what is left of a file; false when it cannot be read. */
bool cli_text_read(cli_text *text, FILE *file);
void cli_text_format(cli_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* 55,167 */
void cli_text_count(cli_text *text, uint64_t count);
/* "1 document", "55,167 documents" */
void cli_text_counted(cli_text *text, uint64_t count, const char *one, const char *many);
/* 144 MB: units of 1000 */
void cli_text_bytes(cli_text *text, uint64_t bytes);
/* 0.3 ms, 1.6 s, 2 min 05 s */
void cli_text_duration(cli_text *text, uint64_t ns);
/* The shortest figures that read back as the same number. */
void cli_text_number(cli_text *text, double number);

/* Nanoseconds of a clock that only goes forwards. */
uint64_t cli_clock(void);

/* malloc and realloc that end the command when there is no memory. */
void *cli_allocate(size_t count, size_t size);
void *cli_reallocate(void *memory, size_t count, size_t size);

#endif
