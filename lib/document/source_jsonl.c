/* JSON Lines: one object a line → one document. `_id` or `id` is the key; `text`, `body` or
 * `contents` is the body, taken from the input as it stands unless it has escapes; all other keys
 * are treated like those of front matter. */
#include "document/escapes.h"
#include "document/field_writer.h"
#include "document/json_reader.h"
#include "document/lines.h"
#include "document/source_readers.h"
#include "document/utf8.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    MAX_DEPTH = 64,
    MAX_KEY_SIZE = 8192,
    MAX_SHOWN_NAME = 300
};

/* Keys of the outermost object that are not fields; of each kind the first that is there counts,
 * and the others become fields after all. */
enum slot {
    SLOT_ID,
    SLOT_ID_PLAIN,
    SLOT_TEXT,
    SLOT_BODY,
    SLOT_CONTENTS,
    SLOT_COUNT
};

static const char *const slot_names[SLOT_COUNT] = {"_id", "id", "text", "body", "contents"};

typedef struct frame {
    size_t name_size; /* to go back to when it ends */
    bool   is_object;
    bool   started;  /* a comma or the end must come next */
    bool   in_list;  /* inside of any array */
    bool   opened;   /* of an array: its field is the open one */
    bool   reopened; /* of an array: its field has been the open one before */
} frame;

typedef struct line_reader {
    rls_json_reader  json;
    rls_field_writer writer;
    rls_document    *document;
    uint64_t         line;
    rls_json_value   slots[SLOT_COUNT];
    bool             filled[SLOT_COUNT];
    uint64_t         bad_escapes;
    bool             too_deep;
    frame            stack[MAX_DEPTH];
    uint32_t         depth;
} line_reader;

static bool
unescape(line_reader *reader, const rls_json_value *value, rls_bytes *out)
{
    *out = value->text;
    if (!value->has_escapes || rls_unescape(reader->document->arena, value->text, RLS_ESCAPES_JSON,
                                            out, &reader->bad_escapes))
        return true;
    reader->writer.no_memory = true;
    return false;
}

static void
add_scalar(line_reader *reader, const rls_json_value *value)
{
    rls_bytes text;

    if (value->kind != RLS_JSON_NULL && unescape(reader, value, &text))
        rls_field_writer_add(&reader->writer, text, value->kind == RLS_JSON_WORD);
}

static bool
push(line_reader *reader, rls_json_kind kind, size_t name_size, bool in_list)
{
    if (reader->depth == MAX_DEPTH) {
        if (!reader->too_deep)
            rls_document_note(reader->document, "line %" PRIu64 ": nested deeper than %d, left out",
                              reader->line, (int)MAX_DEPTH);
        reader->too_deep = true;
        rls_field_writer_pop(&reader->writer, name_size);
        return rls_json_skip(&reader->json, 1);
    }
    reader->stack[reader->depth++] =
        (frame){.name_size = name_size, .is_object = kind == RLS_JSON_OBJECT, .in_list = in_list};
    return true;
}

/* One value, whose name is set. `array` is the array it stands in, or NULL. */
static bool
read_value(line_reader *reader, frame *array, size_t name_size, bool in_list)
{
    rls_field_writer *writer = &reader->writer;
    rls_json_value    value = rls_json_read(&reader->json);

    if (value.kind == RLS_JSON_NONE)
        return false;
    if (value.kind == RLS_JSON_OBJECT || value.kind == RLS_JSON_ARRAY) {
        uint8_t next = rls_json_peek(&reader->json);

        if (next == ']' || next == '}')
            rls_field_writer_open(writer, value.kind == RLS_JSON_ARRAY, in_list, reader->line);
        if (array != NULL)
            array->opened = false;
        return push(reader, value.kind, name_size, in_list || array != NULL);
    }
    if (array == NULL) {
        rls_field_writer_open(writer, false, in_list, reader->line);
    } else if (!array->opened) {
        rls_field_writer_open(writer, true, in_list || array->reopened, reader->line);
        array->opened = array->reopened = true;
    }
    add_scalar(reader, &value);
    rls_field_writer_pop(writer, name_size);
    return true;
}

/* A scalar of the outermost object that may be the key or the body. False when it is no such. */
static bool
fill_slot(line_reader *reader, rls_bytes key)
{
    uint8_t next;

    for (int i = 0; i < SLOT_COUNT; i++) {
        if (key.size != strlen(slot_names[i]) || memcmp(key.data, slot_names[i], key.size) != 0)
            continue;
        next = rls_json_peek(&reader->json);
        if (reader->filled[i] || next == '{' || next == '[')
            return false;
        reader->slots[i] = rls_json_read(&reader->json);
        reader->filled[i] = reader->slots[i].kind != RLS_JSON_NULL;
        return true;
    }
    return false;
}

static bool
read_pair(line_reader *reader, const frame *object)
{
    rls_field_writer *writer = &reader->writer;
    size_t            name_size = writer->name_size;
    rls_json_value    key;
    rls_bytes         name;

    if (rls_json_peek(&reader->json) != '"') {
        reader->json.problem = "a key is missing";
        return false;
    }
    key = rls_json_read(&reader->json);
    if (key.kind == RLS_JSON_NONE || !unescape(reader, &key, &name))
        return false;
    if (rls_json_peek(&reader->json) != ':') {
        reader->json.problem = "a colon is missing";
        return false;
    }
    reader->json.at++;
    if (reader->depth == 1 && fill_slot(reader, name))
        return reader->json.problem == NULL;
    rls_field_writer_push(writer, name);
    return read_value(reader, NULL, name_size, object->in_list);
}

/* The next pair or item of the innermost object or array, or its end. */
static bool
step(line_reader *reader)
{
    frame  *top = &reader->stack[reader->depth - 1];
    uint8_t end = top->is_object ? '}' : ']', next = rls_json_peek(&reader->json);

    if (top->started && next == ',') {
        reader->json.at++;
        next = rls_json_peek(&reader->json); /* a comma before the end is let pass */
    } else if (top->started && next != end && next != 0) {
        reader->json.problem = "a comma is missing";
        return false;
    }
    if (next == 0) {
        reader->json.problem = "an object or array does not end";
        return false;
    }
    top->started = true;
    if (next == end) {
        reader->json.at++;
        rls_field_writer_pop(&reader->writer, top->name_size);
        reader->depth--;
        return true;
    }
    if (top->is_object)
        return read_pair(reader, top);
    return read_value(reader, top, reader->writer.name_size, top->in_list);
}

static bool
read_object(line_reader *reader)
{
    if (rls_json_peek(&reader->json) != '{') {
        reader->json.problem = "no JSON object";
        return false;
    }
    reader->json.at++;
    push(reader, RLS_JSON_OBJECT, 0, false);
    while (reader->depth > 0) {
        if (!step(reader))
            return false;
        if (reader->writer.no_memory)
            return true;
    }
    if (rls_json_peek(&reader->json) != 0) {
        reader->json.problem = "something follows the object";
        return false;
    }
    return true;
}

static void
slot_to_field(line_reader *reader, enum slot slot)
{
    rls_field_writer_push(&reader->writer,
                          rls_bytes_of(slot_names[slot], strlen(slot_names[slot])));
    rls_field_writer_open(&reader->writer, false, false, reader->line);
    add_scalar(reader, &reader->slots[slot]);
    rls_field_writer_pop(&reader->writer, 0);
}

/* Strings from escapes may hold NULs and nothing else that is not valid. */
static bool
take_slot(line_reader *reader, enum slot slot, rls_bytes *out)
{
    rls_utf8_repairs repairs;

    if (!unescape(reader, &reader->slots[slot], out))
        return false;
    if (!reader->slots[slot].has_escapes || memchr(out->data, 0, out->size) == NULL)
        return true;
    if (rls_utf8_repair(reader->document->arena, *out, out, &repairs))
        return true;
    reader->writer.no_memory = true;
    return false;
}

static bool
set_body(line_reader *reader)
{
    bool have = false;

    for (int i = SLOT_TEXT; i <= SLOT_CONTENTS; i++) {
        if (!reader->filled[i])
            continue;
        if (have) {
            slot_to_field(reader, (enum slot)i);
        } else if (!take_slot(reader, (enum slot)i, &reader->document->body)) {
            return false;
        }
        have = true;
    }
    reader->document->prose = reader->document->body;
    return true;
}

/* The key: `_id`, else `id`, else file name and line. */
static bool
set_key(line_reader *reader, rls_bytes name)
{
    rls_document    *document = reader->document;
    rls_bytes        id = {0};
    rls_utf8_repairs repairs;
    char            *key;
    size_t           size;

    if (reader->filled[SLOT_ID] && !take_slot(reader, SLOT_ID, &id))
        return false;
    if (reader->filled[SLOT_ID_PLAIN]) {
        if (id.size > 0)
            slot_to_field(reader, SLOT_ID_PLAIN);
        else if (!take_slot(reader, SLOT_ID_PLAIN, &id))
            return false;
    }
    if (id.size > 0) {
        document->key = id;
        return true;
    }
    if (!rls_utf8_repair(document->arena, name, &name, &repairs))
        goto no_memory;
    key = rls_arena_alloc(document->arena, name.size + 24);
    if (key == NULL)
        goto no_memory;
    memcpy(key, name.size == 0 ? (const uint8_t *)"" : name.data, name.size);
    size = name.size + (size_t)snprintf(key + name.size, 24, ":%" PRIu64, reader->line);
    document->key = rls_bytes_of(key, size);
    return true;

no_memory:
    reader->writer.no_memory = true;
    return false;
}

static rls_bytes
next_line(rls_source *source)
{
    rls_bytes line;

    do {
        size_t end = rls_line_end(source->bytes, source->at);

        line = rls_trim(rls_bytes_of(source->bytes.data + source->at, end - source->at));
        source->at = end < source->bytes.size ? end + 1 : end;
        source->line++;
        if (source->line == 1 && line.size >= 3 && memcmp(line.data, "\xEF\xBB\xBF", 3) == 0)
            line = rls_trim(rls_tail(line, 3));
    } while (line.size == 0 && source->at < source->bytes.size);
    return line;
}

rls_status
rls_source_jsonl_next(rls_source *source, rls_document *document, rls_error *err)
{
    line_reader      reader;
    rls_utf8_repairs repairs;
    rls_bytes        line, text;
    int shown = (int)(source->name.size < MAX_SHOWN_NAME ? source->name.size : MAX_SHOWN_NAME);

    line = next_line(source);
    if (line.size == 0)
        return RLS_NOT_FOUND;

    if (!rls_utf8_repair(document->arena, line, &text, &repairs))
        goto no_memory;
    if (repairs.first_line != 0)
        rls_document_note(document,
                          "line %" PRIu64 ": %" PRIu64 " invalid bytes replaced by U+FFFD",
                          source->line, repairs.invalid_count + repairs.nul_count);

    memset(&reader, 0, offsetof(line_reader, stack));
    reader.depth = 0;
    reader.document = document;
    reader.line = source->line;
    rls_field_writer_init(&reader.writer, document, false);
    rls_json_reader_init(&reader.json, text);
    if (!read_object(&reader) && !reader.writer.no_memory)
        return rls_fail_at(err, RLS_BAD_DOCUMENT, (uint64_t)(reader.json.at - reader.json.start),
                           "%.*s:%" PRIu64 ": %s, at byte %zu of the line", shown,
                           source->name.data, source->line, reader.json.problem,
                           (size_t)(reader.json.at - reader.json.start) + 1);
    if (reader.writer.no_memory || !set_key(&reader, source->name) || !set_body(&reader) ||
        reader.writer.no_memory)
        goto no_memory;
    if (document->key.size > MAX_KEY_SIZE)
        return rls_fail(err, RLS_BAD_DOCUMENT, "%.*s:%" PRIu64 ": an _id of %zu bytes, over %d",
                        shown, source->name.data, source->line, document->key.size,
                        (int)MAX_KEY_SIZE);
    if (reader.bad_escapes > 0)
        rls_document_note(document, "line %" PRIu64 ": %" PRIu64 " %s that JSON does not have",
                          source->line, reader.bad_escapes,
                          reader.bad_escapes == 1 ? "escape" : "escapes");
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "no memory to read a line of %zu bytes", line.size);
}
