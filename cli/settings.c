#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "index_path.h"
#include "message.h"

enum {
    FILE_LIMIT = 1 << 20
};

typedef struct reading {
    const cli_command *command;
    const char        *section; /* that is asked for, or NULL */
    cli_options       *options;
    const char        *file;
    cli_origin_kind    kind;
    bool               of_section; /* this pass takes what stands in the section */
    /* Where it is. */
    unsigned  line;
    cli_text *key;        /* whose list may follow */
    bool      is_section; /* inside some section */
    bool      is_wanted;  /* inside the section asked for */
    bool      is_skipped; /* below something unknown */
} reading;

/* Both passes meet the same lines: the second one tells. */
static void
tell(const reading *work, const char *key, const char *what)
{
    cli_text line = {0};

    if (work->of_section)
        return;
    cli_text_format(&line, "%s:%u: ", work->file, work->line);
    if (key != NULL)
        cli_text_format(&line, "%s: ", key);
    cli_text_put(&line, what);
    cli_note(line.data);
    cli_text_release(&line);
}

static void
tell_unknown(const reading *work, const char *key)
{
    const char *nearest = NULL;
    unsigned    best = 3;
    cli_text    what = {0};

    for (size_t i = 0; i < cli_flag_count; i++) {
        unsigned distance;
        if (!cli_flags[i].setting)
            continue;
        distance = cli_word_distance(key, cli_flags[i].name);
        if (distance < best) {
            best = distance;
            nearest = cli_flags[i].name;
        }
    }
    if (nearest != NULL)
        cli_text_format(&what, "no such setting (did you mean %s?)", nearest);
    else
        cli_text_put(&what, "no such setting (see rsearch config)");
    tell(work, key, what.data);
    cli_text_release(&what);
}

static void
take(const reading *work, const char *key, const char *value, size_t size)
{
    cli_origin  origin = {work->kind, work->file, work->line, work->of_section};
    const char *kept;

    if (cli_setting_find(key) == NULL) {
        tell_unknown(work, key);
        return;
    }
    if (work->of_section ? !work->is_wanted : work->is_section)
        return;
    kept = cli_arena_copy(&work->options->strings, value, size);
    for (size_t i = 0; i < cli_flag_count; i++) {
        cli_text wanted = {0}, what = {0};
        if (cli_flags[i].setting && strcmp(cli_flags[i].name, key) == 0 &&
            cli_flag_is_of(&cli_flags[i], work->command) &&
            !cli_flag_set(&cli_flags[i], work->options, kept, origin, &wanted)) {
            cli_text_format(&what, "wrong value %s (give %s)", kept, wanted.data);
            tell(work, key, what.data);
        }
        cli_text_release(&wanted);
        cli_text_release(&what);
    }
}

static size_t
trim(const char **text, size_t size)
{
    while (size > 0 && (**text == ' ' || **text == '\t')) {
        ++*text;
        size--;
    }
    while (size > 0 && strchr(" \t\r", (*text)[size - 1]) != NULL)
        size--;
    return size;
}

/* Size of the line without a comment, which begins the line or follows a blank, outside quotes. */
static size_t
without_comment(const char *line, size_t size)
{
    char quote = 0;

    for (size_t i = 0; i < size; i++) {
        if (quote != 0)
            quote = line[i] == quote ? 0 : quote;
        else if ((line[i] == '"' || line[i] == '\'') && (i == 0 || strchr(" \t[,", line[i - 1])))
            quote = line[i];
        else if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
            return i;
    }
    return size;
}

static void
take_scalar(const reading *work, const char *value, size_t size)
{
    size = trim(&value, size);
    if (size >= 2 && (value[0] == '"' || value[0] == '\'') && value[size - 1] == value[0]) {
        value++;
        size -= 2;
    }
    take(work, work->key->data, value, size);
}

static void
take_value(const reading *work, const char *value, size_t size)
{
    if (size < 2 || value[0] != '[' || value[size - 1] != ']') {
        take_scalar(work, value, size);
        return;
    }
    for (size_t start = 1; start < size; start++) {
        size_t end = start;
        while (end < size - 1 && value[end] != ',')
            end++;
        if (end > start)
            take_scalar(work, value + start, end - start);
        start = end;
    }
}

static void
take_line(reading *work, const char *line, size_t size)
{
    const char *start = line, *colon;
    bool        indented;

    size = trim(&line, without_comment(line, size));
    indented = line > start;
    if (size == 0 || (size == 3 && memcmp(line, "---", 3) == 0))
        return;
    if (line[0] == '-' && (size == 1 || line[1] == ' ')) {
        if (!work->is_skipped && work->key->size > 0)
            take_scalar(work, line + 1, size - 1);
        else if (!work->is_skipped)
            tell(work, NULL, "an item of no list");
        return;
    }
    if (indented && work->is_skipped)
        return;
    if (!indented)
        work->is_section = work->is_wanted = work->is_skipped = false;
    cli_text_clear(work->key);
    for (colon = line; colon < line + size; colon++) {
        if (*colon == ':' && (colon + 1 == line + size || colon[1] == ' ' || colon[1] == '\t'))
            break;
    }
    if (colon == line || colon == line + size) {
        tell(work, NULL, "not understood (give name: value)");
        return;
    }
    cli_text_add(work->key, line, (size_t)(colon - line));
    size -= (size_t)(colon + 1 - line);
    line = colon + 1;
    size = trim(&line, size);
    if (size > 0) {
        take_value(work, line, size);
    } else if (!indented && cli_command_find(work->key->data) != NULL &&
               cli_setting_find(work->key->data) == NULL) {
        work->is_section = true;
        work->is_wanted = work->section != NULL && strcmp(work->key->data, work->section) == 0;
        cli_text_clear(work->key);
    } else if (cli_setting_find(work->key->data) == NULL) {
        tell_unknown(work, work->key->data);
        work->is_skipped = true;
    }
}

static void
take_lines(reading *work, const cli_text *text, bool of_section)
{
    cli_text key = {0};

    cli_text_put(&key, "");
    work->key = &key;
    work->line = 0;
    work->of_section = of_section;
    work->is_section = work->is_wanted = work->is_skipped = false;
    for (size_t at = 0; at < text->size;) {
        const char *end = memchr(text->data + at, '\n', text->size - at);
        size_t      size = end == NULL ? text->size - at : (size_t)(end - text->data) - at;
        work->line++;
        take_line(work, text->data + at, size);
        at += size + 1;
    }
    work->key = NULL;
    cli_text_release(&key);
}

/* Reads the whole file; false when there is none. A home that may not be entered is that of
 * somebody else, as after su. */
static bool
read_file(const char *path, cli_origin_kind kind, cli_text *out)
{
    struct stat state;
    int         file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const char *trouble = NULL;
    ssize_t     size = 1;

    if (file < 0 &&
        (errno == ENOENT || errno == ENOTDIR || (errno == EACCES && kind == CLI_ORIGIN_USER_FILE)))
        return false;
    if (file < 0 || fstat(file, &state) != 0)
        trouble = strerror(errno);
    else if (!S_ISREG(state.st_mode))
        trouble = "is not a file";
    while (trouble == NULL && size > 0) {
        cli_text_reserve(out, 4096);
        size = read(file, out->data + out->size, 4096);
        if (size < 0)
            trouble = strerror(errno);
        else if ((out->size += (size_t)size) > FILE_LIMIT)
            trouble = "is too large for settings";
        else
            out->data[out->size] = '\0';
    }
    if (trouble != NULL) {
        cli_text line = {0};
        cli_text_format(&line, "%s: %s", path, trouble);
        cli_note(line.data);
        cli_text_release(&line);
    }
    if (file >= 0)
        close(file);
    return trouble == NULL;
}

static void
take_file(const cli_command *command, const char *section, cli_options *options, const char *path,
          cli_origin_kind kind)
{
    reading  work = {.command = command, .section = section, .options = options, .kind = kind};
    cli_text text = {0};

    if (read_file(path, kind, &text)) {
        work.file = cli_arena_copy(&options->strings, path, strlen(path));
        take_lines(&work, &text, true);
        take_lines(&work, &text, false);
    }
    cli_text_release(&text);
}

bool
cli_settings_user_file(cli_text *out_path)
{
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    /* A relative one is to be ignored, the XDG base directory specification says. */
    if (folder != NULL && folder[0] == '/')
        cli_text_format(out_path, "%s/rsearch/config.yaml", folder);
    else if (home != NULL && home[0] == '/')
        cli_text_format(out_path, "%s/.config/rsearch/config.yaml", home);
    return out_path->size > 0;
}

void
cli_settings_read(const cli_command *command, const char *section, cli_options *options)
{
    cli_text path = {0};

    if ((options->index == NULL || options->index[0] != '\0') &&
        cli_index_path(options->index, true, &path)) {
        cli_text_put(&path, "/config.yaml");
        take_file(command, section, options, path.data, CLI_ORIGIN_INDEX_FILE);
    }
    cli_text_clear(&path);
    if (cli_settings_user_file(&path))
        take_file(command, section, options, path.data, CLI_ORIGIN_USER_FILE);
    cli_text_release(&path);
}
