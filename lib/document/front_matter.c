#include "document/front_matter.h"

#include "document/lines.h"
#include "document/yaml_tree.h"

#include <inttypes.h>

typedef enum fence {
    NO_FENCE,
    YAML_FENCE, /* --- to --- or ... */
    TOML_FENCE  /* +++ to +++ */
} fence;

typedef struct fenced {
    fence     fence;
    bool      closed;
    rls_bytes block;
    uint32_t  line;    /* of the block's first line */
    size_t    body_at; /* behind the closing fence */
} fenced;

/* Longer front matter is taken as one that never ends. */
enum {
    MAX_FRONT_MATTER = RLS_YAML_MAX_SIZE,
    MAX_KEY = 128
};

static bool
is_fence(rls_bytes line, const char *fence_text)
{
    rls_bytes rest = rls_trim(rls_tail(line, 3));

    return line.size >= 3 && memcmp(line.data, fence_text, 3) == 0 && rest.size == 0;
}

/* The line at *at without its newline; *at moves on to the next line. */
static rls_bytes
take_line(rls_bytes text, size_t *at)
{
    size_t    end = rls_line_end(text, *at);
    rls_bytes line = rls_bytes_of(text.data + *at, end - *at);

    *at = end < text.size ? end + 1 : end;
    return line;
}

/* Whether the line could belong to a mapping: `key:`, `"key":`, `{`. Prose between two rules of
 * dashes does not begin so. */
static bool
looks_like_key(rls_bytes line)
{
    line = rls_trim(line);
    if (line.size > 0 && *line.data == '{')
        return true;
    for (size_t i = 0; i < line.size && i <= MAX_KEY; i++) {
        if (line.data[i] == ':')
            return i > 0 && (i + 1 == line.size || rls_is_blank(line.data[i + 1]));
    }
    return false;
}

typedef enum content {
    NOTHING,
    MAPPING,
    COMMENTS,
    PROSE
} content;

/* What the first line with anything in it looks like. */
static content
look_into(rls_bytes block)
{
    content found = NOTHING;

    for (size_t at = 0; at < block.size;) {
        rls_bytes line = rls_trim(take_line(block, &at));

        if (line.size == 0)
            continue;
        if (*line.data != '#')
            return looks_like_key(line) ? MAPPING : PROSE;
        found = COMMENTS;
    }
    return found;
}

/* Without a closing fence, front matter is as far as lines look like it. */
static void
find_open_end(rls_bytes text, size_t from, fenced *out)
{
    size_t at = from;

    while (at < text.size && at - from < MAX_FRONT_MATTER) {
        size_t    before = at;
        rls_bytes line = take_line(text, &at), bare = rls_trim(line);

        if (bare.size == 0 || !(looks_like_key(line) || *bare.data == '-' || *bare.data == '#' ||
                                rls_is_blank(*line.data))) {
            at = before;
            break;
        }
    }
    out->closed = false;
    out->block = rls_bytes_of(text.data + from, at - from);
    out->body_at = at;
}

static bool
find_front_matter(rls_bytes text, fenced *out)
{
    size_t    at = 0, from;
    rls_bytes line;
    bool      opened = false;

    memset(out, 0, sizeof *out);
    out->line = 1;
    do {
        line = take_line(text, &at);
        out->line++;
    } while (at < text.size && rls_trim(line).size == 0 && out->line < 100);
    if (is_fence(line, "---"))
        out->fence = YAML_FENCE;
    else if (is_fence(line, "+++"))
        out->fence = TOML_FENCE;
    opened = out->fence != NO_FENCE && at < text.size;
    if (!opened)
        return false;

    from = at;
    while (at < text.size && at - from <= MAX_FRONT_MATTER) {
        size_t before = at;

        line = take_line(text, &at);
        if (out->fence == TOML_FENCE ? is_fence(line, "+++")
                                     : is_fence(line, "---") || is_fence(line, "...")) {
            out->closed = true;
            out->block = rls_bytes_of(text.data + from, before - from);
            out->body_at = at;
            break;
        }
    }
    if (out->fence == TOML_FENCE)
        return out->closed;
    if (!out->closed) {
        if (look_into(rls_tail(text, from)) != MAPPING)
            return false;
        find_open_end(text, from, out);
        return true;
    }
    return look_into(out->block) <= MAPPING;
}

/* Characters that YAML refuses or takes for line breaks, which an author who pastes them into a
 * line does not mean. *out_size is how many bytes it takes; 0 when there is none here. */
static size_t
odd_size(const uint8_t *at, size_t left, const char **out_instead)
{
    *out_instead = " ";
    if ((*at < 0x20 && *at != '\n' && *at != '\r' && *at != '\t') || *at == 0x7F)
        return 1;
    if (*at == '\r' && left > 1 && at[1] != '\n')
        return 1;
    if (left >= 2 && *at == 0xC2 && at[1] < 0xA0)
        return 2;
    if (left < 3)
        return 0;
    if (*at == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9))
        return 3;
    *out_instead = "";
    if (*at == 0xEF && ((at[1] == 0xBB && at[2] == 0xBF) || (at[1] == 0xBF && at[2] > 0xBD)))
        return 3;
    return 0;
}

/* The block without such characters: itself when it has none. */
static bool
clean_block(rls_arena *arena, rls_bytes block, rls_bytes *out)
{
    uint8_t    *copy = NULL;
    size_t      put = 0;
    const char *instead;

    *out = block;
    for (size_t i = 0; i < block.size;) {
        size_t size = odd_size(block.data + i, block.size - i, &instead);

        if (size > 0 && copy == NULL) {
            copy = rls_arena_alloc(arena, block.size);
            if (copy == NULL)
                return false;
            memcpy(copy, block.data, i);
            put = i;
        }
        if (size > 0) {
            if (*instead != 0)
                copy[put++] = (uint8_t)*instead;
            i += size;
        } else {
            if (copy != NULL)
                copy[put++] = block.data[i];
            i++;
        }
    }
    if (copy != NULL)
        *out = rls_bytes_of(copy, put);
    return true;
}

/* Tabs in indentation → two spaces each; *out_line is the number of the first such line, 0 when
 * there is none. */
static bool
expand_tabs(rls_arena *arena, rls_bytes block, uint32_t line, rls_bytes *out, uint32_t *out_line)
{
    size_t   tabs = 0, put = 0;
    bool     indent = true;
    uint8_t *copy;

    *out = block;
    *out_line = 0;
    for (size_t i = 0; i < block.size; i++) {
        if (indent && block.data[i] == '\t') {
            *out_line = *out_line == 0 ? line : *out_line;
            tabs++;
        } else if (block.data[i] == '\n') {
            line++;
            indent = true;
        } else if (block.data[i] != ' ') {
            indent = false;
        }
    }
    if (tabs == 0)
        return true;
    copy = rls_arena_alloc(arena, block.size + tabs);
    if (copy == NULL)
        return false;
    indent = true;
    for (size_t i = 0; i < block.size; i++) {
        if (indent && block.data[i] == '\t') {
            copy[put++] = ' ';
            copy[put++] = ' ';
            continue;
        }
        indent = block.data[i] == '\n' || (indent && block.data[i] == ' ');
        copy[put++] = block.data[i];
    }
    *out = rls_bytes_of(copy, put);
    return true;
}

/* RLS_NOT_FOUND when this turns out to be no front matter; RLS_NO_MEMORY. */
static rls_status
read_yaml(rls_field_writer *writer, const fenced *found, rls_error *err)
{
    rls_document *document = writer->document;
    rls_error     why, again;
    rls_bytes     block, expanded;
    uint32_t      tab_line;
    rls_status    status;

    if (found->closed && rls_front_matter_simple(writer, found->block, found->line))
        return RLS_OK;
    if (!clean_block(document->arena, found->block, &block))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for front matter");
    status = rls_front_matter_tree(writer, block, found->line, &why);
    if (status == RLS_BAD_DOCUMENT) {
        if (!expand_tabs(document->arena, block, found->line, &expanded, &tab_line))
            return rls_fail(err, RLS_NO_MEMORY, "no memory for front matter");
        if (tab_line != 0) {
            status = rls_front_matter_tree(writer, expanded, found->line, &again);
            if (status == RLS_OK)
                rls_document_note(document, "line %" PRIu32 ": tab in the indentation", tab_line);
        }
    }
    if (status == RLS_BAD_DOCUMENT) {
        if (found->closed)
            rls_document_note(document, "line %" PRIu64 ": not valid YAML (%s), read line by line",
                              why.offset + found->line - 1, why.message);
        rls_front_matter_lines(writer, block, found->line);
        status = RLS_OK;
    }
    if (status == RLS_NO_MEMORY)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for front matter");
    return status;
}

rls_status
rls_front_matter_read(rls_document *document, rls_bytes text, bool entities, size_t *out_body,
                      rls_error *err)
{
    rls_field_writer writer;
    fenced           found;
    rls_status       status = RLS_OK;

    *out_body = 0;
    if (!find_front_matter(text, &found))
        return RLS_OK;

    rls_field_writer_init(&writer, document, entities);
    if (found.fence == TOML_FENCE)
        rls_front_matter_toml(&writer, found.block, found.line);
    else
        status = read_yaml(&writer, &found, err);
    if (writer.no_memory)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for front matter");
    if (status == RLS_NOT_FOUND)
        return RLS_OK;
    if (status != RLS_OK)
        return status;
    if (!found.closed)
        rls_document_note(document, "front matter from line %" PRIu32 " has no closing ---",
                          found.line - 1);
    *out_body = found.body_at;
    return RLS_OK;
}
