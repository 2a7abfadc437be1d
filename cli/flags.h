/* The table of flags, one row a flag. The parser, --help, the manual pages, the completion of
 * shells and the files of settings all read it. */
#ifndef CLI_FLAGS_H
#define CLI_FLAGS_H

#include "options.h"
#include "text.h"

typedef enum cli_flag_kind {
    CLI_FLAG_SWITCH, /* bool */
    CLI_FLAG_TEXT,   /* const char * */
    CLI_FLAG_TEXTS,  /* cli_texts: may be given again */
    CLI_FLAG_COUNT,  /* uint64_t */
    CLI_FLAG_SIZE,   /* uint64_t: bytes, or with K, M, G */
    CLI_FLAG_NUMBER, /* double */
    CLI_FLAG_CHOICE, /* int: index of the word chosen */
    CLI_FLAG_HELP    /* no variable: prints the help */
} cli_flag_kind;

/* What a shell may offer for the value. */
typedef enum cli_complete {
    CLI_COMPLETE_NOTHING,
    CLI_COMPLETE_FILE,
    CLI_COMPLETE_FOLDER,
    CLI_COMPLETE_FIELD,   /* a field of the index */
    CLI_COMPLETE_COMMAND, /* a command of rsearch */
    CLI_COMPLETE_WORDS    /* words of a query */
} cli_complete;

/* Where help lists it. */
typedef enum cli_section {
    CLI_SECTION_FOUND,
    CLI_SECTION_READ,
    CLI_SECTION_OUTPUT,
    CLI_SECTION_RANKING,
    CLI_SECTION_GENERAL,
    CLI_SECTION_COUNT
} cli_section;

typedef struct cli_flag {
    uint32_t           commands; /* bits, of cli_command.bit; 0: no flag, a variable only */
    char               letter;   /* 0: none */
    const char        *name;
    cli_flag_kind      kind;
    const char        *value; /* what the value is called in help */
    const char        *help;  /* sentences; the first one tells enough for a menu */
    cli_section        section;
    cli_complete       complete;
    size_t             offset;         /* of its variable in cli_options */
    const char *const *choices;        /* NULL-terminated, for CLI_FLAG_CHOICE */
    uint64_t           least, most;    /* for counts and sizes; both 0: any */
    const char        *preset;         /* the value built in, as it would be typed; NULL: nothing */
    bool               setting;        /* may stand in a file of settings */
    const char        *variable;       /* of the environment, or NULL */
    const char        *variable_means; /* the value when that is not empty; NULL: what it says */
} cli_flag;

extern const cli_flag cli_flags[];
extern const size_t   cli_flag_count;

typedef struct cli_example {
    const char *line, *tells;
} cli_example;

typedef struct cli_command {
    uint32_t     bit;
    const char  *name;
    const char  *arguments;   /* for the usage line */
    const char  *summary;     /* one line, for the list of commands */
    const char  *description; /* paragraphs, separated by blank lines */
    cli_complete complete;    /* its arguments */
    cli_example  examples[7]; /* ends with one without a line */
    int (*run)(const cli_options *options, int count, char **arguments);
} cli_command;

enum {
    CLI_HELP_SHOWN = -1
};

/* Reads flags into `options`, which is zeroed, anywhere among the arguments, until "--"; then what
 * the environment and the files of settings say, then what is built in. Where words are looked for,
 * -word that can be no flag stays a word, with a note. What is left of `arguments` moves to its
 * front, *count of them. Returns CLI_DONE; CLI_FAILED after an error that was told; or
 * CLI_HELP_SHOWN. */
int cli_flags_parse(const cli_command *command, int *count, char **arguments, cli_options *options);
/* What is built in for `command`, where nobody has said anything. */
void cli_options_take_presets(const cli_command *command, cli_options *options);
void cli_options_release(cli_options *options);
/* Takes from `from` what nobody has set in `options`, and then what is built in for `command`.
 * Texts stay those of `from`. */
void cli_options_complete(const cli_command *command, cli_options *options,
                          const cli_options *from);
/* The flag of that name that the command has, or NULL. */
const cli_flag *cli_flag_find(const cli_command *command, const char *name);

/* Sets the variable of row `flag` to what `value` says, unless somebody who goes before has set it.
 * False, with what values there are appended to `wanted`, when it is no value for this flag. */
bool cli_flag_set(const cli_flag *flag, cli_options *options, const char *value, cli_origin origin,
                  cli_text *wanted);
/* The value of row `flag` as it would be typed; false when there is none. */
bool cli_flag_show(const cli_flag *flag, const cli_options *options, cli_text *out);
/* Whether anybody gave that flag a value. */
bool cli_flag_is_set(const cli_options *options, const char *name);
/* Whether the command line itself has a flag of that name. */
bool cli_flag_is_given(const cli_options *options, const char *name);
/* The setting of that name, or NULL. */
const cli_flag *cli_setting_find(const char *name);

/* Whether `command` takes the flag. The command `config` takes all that are settings. */
bool cli_flag_is_of(const cli_flag *flag, const cli_command *command);
bool cli_flag_has_value(const cli_flag *flag);

/* How many letters differ between two words: inserted, left out, changed or swapped. */
unsigned cli_word_distance(const char *a, const char *b);

#endif
