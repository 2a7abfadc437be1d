#include "segment/segment_info.h"

#include <inttypes.h>
#include <math.h>

#include "directory/input.h"

enum {
    FIELD_LEAST = 1 + 8 + 4 + 4 + 12 /* bytes that a field takes at least */
};

static void
put_float(rls_buffer *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    rls_buffer_put_u32(out, bits);
}

static float
take_float(rls_input *input)
{
    uint32_t bits = rls_input_u32(input);
    float    value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static void
put_name(rls_buffer *out, rls_bytes name)
{
    rls_buffer_put_varint(out, name.size);
    rls_buffer_append(out, name.data, name.size);
}

rls_status
rls_segment_info_write(const rls_segment_info *info, rls_heap *heap, rls_sink *sink, rls_error *err)
{
    rls_buffer out;
    rls_status status = RLS_OK;

    rls_buffer_init(&out, heap);
    rls_buffer_put_u32(&out, info->doc_count);
    rls_buffer_put_u32(&out, info->stored ? RLS_INFO_BODIES : 0);
    rls_buffer_put_u64(&out, info->source_bytes);
    put_float(&out, info->reference_k1);
    rls_buffer_put_u32(&out, info->field_count);
    rls_buffer_put_u32(&out, info->language_count);
    rls_buffer_put_u32(&out, 0);
    for (uint32_t i = 0; i < info->field_count; i++) {
        const rls_segment_field *field = &info->fields[i];

        put_name(&out, field->name);
        rls_buffer_put_u64(&out, field->total_length);
        rls_buffer_put_u32(&out, field->doc_count);
        rls_buffer_put_u32(&out, field->kinds);
        put_float(&out, field->reference.weight);
        put_float(&out, field->reference.b);
        put_float(&out, field->reference.average_length);
    }
    for (uint32_t i = 0; i < info->language_count; i++)
        put_name(&out, info->languages[i]);
    if (out.failed)
        status = rls_fail(err, RLS_NO_MEMORY, "no memory for the fields of a segment");
    else
        rls_sink_write(sink, out.data, out.size);
    rls_buffer_release(&out);
    return status == RLS_OK ? rls_sink_status(sink, err) : status;
}

static bool
take_fields(rls_input *input, rls_segment_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rls_segment_field *field = &fields[i];

        field->name = rls_input_bytes(input, rls_input_varint(input));
        field->total_length = rls_input_u64(input);
        field->doc_count = rls_input_u32(input);
        field->kinds = rls_input_u32(input);
        field->reference.weight = take_float(input);
        field->reference.b = take_float(input);
        field->reference.average_length = take_float(input);
        if (input->failed || !isfinite(field->reference.weight) || field->reference.weight < 0 ||
            !isfinite(field->reference.b) || !isfinite(field->reference.average_length))
            return false;
        if (i == 0 && rls_bytes_compare(field->name, rls_bytes_of("body", 4)) != 0)
            return false;
        if (i > 1 && rls_bytes_compare(fields[i - 1].name, field->name) >= 0)
            return false;
    }
    return true;
}

static bool
take_languages(rls_input *input, rls_bytes *languages, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        languages[i] = rls_input_bytes(input, rls_input_varint(input));
        if (i > 0 && rls_bytes_compare(languages[i - 1], languages[i]) >= 0)
            return false;
    }
    return !input->failed && rls_input_left(input) == 0;
}

rls_status
rls_segment_info_read(rls_segment_info *info, rls_heap *heap, rls_bytes section, const char *name,
                      rls_error *err)
{
    rls_segment_field *fields;
    rls_bytes         *languages;
    rls_input          input;
    uint32_t           flags;

    rls_input_init(&input, section);
    info->doc_count = rls_input_u32(&input);
    flags = rls_input_u32(&input);
    info->stored = (flags & RLS_INFO_BODIES) != 0;
    info->source_bytes = rls_input_u64(&input);
    info->reference_k1 = take_float(&input);
    info->field_count = rls_input_u32(&input);
    info->language_count = rls_input_u32(&input);
    if (rls_input_u32(&input) != 0 || input.failed || flags > RLS_INFO_BODIES ||
        info->doc_count > INT32_MAX || !isfinite(info->reference_k1) || info->reference_k1 < 0 ||
        info->field_count == 0 || info->field_count > rls_input_left(&input) / FIELD_LEAST ||
        info->language_count > rls_input_left(&input))
        return rls_fail(err, RLS_CORRUPT, "%s: info: the head is damaged", name);
    fields = rls_alloc_zeroed(heap, info->field_count, sizeof *fields);
    languages = rls_alloc_zeroed(heap, info->language_count, sizeof *languages);
    info->fields = fields;
    info->languages = languages;
    if (fields == NULL || languages == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for %" PRIu32 " fields", name,
                        info->field_count);
    if (!take_fields(&input, fields, info->field_count) ||
        !take_languages(&input, languages, info->language_count))
        return rls_fail(err, RLS_CORRUPT, "%s: info: fields or languages are damaged", name);
    return RLS_OK;
}

void
rls_segment_info_release(rls_segment_info *info, rls_heap *heap)
{
    rls_free(heap, (void *)info->fields);
    rls_free(heap, (void *)info->languages);
    info->fields = NULL;
    info->languages = NULL;
}
