/* Flags. A command states its flags once, in a table: the parser and --help both read it. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cli_flag_kind {
    CLI_FLAG_SWITCH, /* bool */
    CLI_FLAG_TEXT,   /* const char * */
    CLI_FLAG_TEXTS,  /* cli_texts: may be given again */
    CLI_FLAG_COUNT,  /* uint64_t */
    CLI_FLAG_SIZE,   /* uint64_t: bytes, or with K, M, G */
    CLI_FLAG_NUMBER, /* double */
    CLI_FLAG_CHOICE  /* int: index of the word chosen */
} cli_flag_kind;

typedef struct cli_texts {
    const char **items;
    size_t       count;
} cli_texts;

typedef struct cli_flag {
    char               letter; /* 0: none */
    const char        *name;
    cli_flag_kind      kind;
    const char        *value;       /* what the value is called in help */
    const char        *help;        /* may have lines */
    size_t             offset;      /* of its variable in the options */
    const char *const *choices;     /* NULL-terminated, for CLI_FLAG_CHOICE */
    uint64_t           least, most; /* for counts and sizes; both 0: any */
} cli_flag;

typedef struct cli_command {
    const char     *name;
    const char     *arguments; /* for the usage line */
    const char     *summary;   /* one line, for the list of commands */
    const char     *description;
    const cli_flag *flags; /* ends with a flag without a name */
    int (*run)(const struct cli_command *command, int count, char **arguments);
} cli_command;

/* Every command ends its table with these. */
#define CLI_INDEX_FLAG(type)                                                                       \
    {                                                                                              \
        'i', "index", CLI_FLAG_TEXT, "DIR",                                                        \
            "The index (else $RSEARCH_INDEX, else .rsearch here or further up)",                   \
            offsetof(type, index), NULL, 0, 0                                                      \
    }
#define CLI_LAST_FLAG                                                                              \
    {                                                                                              \
        0, NULL, CLI_FLAG_SWITCH, NULL, NULL, 0, NULL, 0, 0                                        \
    }

/* Reads flags into `options`, anywhere among the arguments, until "--". What is left of `arguments`
 * moves to its front, *count of them. Returns CLI_DONE; CLI_FAILED after an error that was told; or
 * CLI_HELP_SHOWN. */
enum {
    CLI_HELP_SHOWN = -1
};
int  cli_flags_parse(const cli_command *command, int *count, char **arguments, void *options);
void cli_flags_release(const cli_command *command, void *options);

/* Prints what --help says. */
void cli_flags_help(const cli_command *command);

/* How many letters differ between two words: inserted, left out, changed or swapped. */
unsigned cli_word_distance(const char *a, const char *b);

#endif
