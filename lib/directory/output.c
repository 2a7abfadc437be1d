#include "directory/output.h"

#include <assert.h>
#include <string.h>

#include "base/crc32.h"

enum {
    BUFFER_SIZE = 64 * 1024
};

static void
fail_with(rls_output *output, rls_status status, const rls_error *error)
{
    output->status = status;
    output->error = *error;
}

rls_status
rls_output_open(rls_output *output, rls_directory *directory, const char *name, rls_error *err)
{
    rls_error  error = {0};
    rls_status status;

    *output = (rls_output){.directory = directory};
    output->buffer = rls_alloc(directory->heap, BUFFER_SIZE, 1);
    if (output->buffer == NULL)
        status =
            rls_fail(&error, RLS_NO_MEMORY, "%s/%s: no memory for writing", directory->label, name);
    else
        status = directory->ops->create(directory, name, &output->file, &error);
    if (status == RLS_OK)
        return RLS_OK;
    rls_free(directory->heap, output->buffer);
    output->buffer = NULL;
    output->file = NULL;
    fail_with(output, status, &error);
    if (err != NULL)
        *err = error;
    return status;
}

void
rls_output_open_memory(rls_output *output, rls_buffer *memory)
{
    *output = (rls_output){.memory = memory};
}

static void
append_to_memory(rls_output *output, const void *bytes, size_t size)
{
    rls_error error;

    if (output->status != RLS_OK)
        return;
    rls_buffer_append(output->memory, bytes, size);
    output->offset += size;
    if (output->memory->failed)
        fail_with(output, rls_fail(&error, RLS_NO_MEMORY, "no memory for writing"), &error);
}

static bool
usable(const rls_output *output)
{
    return output->status == RLS_OK && output->file != NULL;
}

static void
write_through(rls_output *output, const void *bytes, size_t size)
{
    rls_error  error = {0};
    rls_status status;

    if (!usable(output) || size == 0)
        return;
    status = output->directory->ops->write(output->file, bytes, size, &error);
    if (status != RLS_OK)
        fail_with(output, status, &error);
}

static void
flush(rls_output *output)
{
    write_through(output, output->buffer, output->buffered);
    output->buffered = 0;
}

void
rls_output_write(rls_output *output, const void *bytes, size_t size)
{
    if (output->memory != NULL)
        append_to_memory(output, bytes, size);
    if (!usable(output) || size == 0)
        return;
    output->offset += size;
    output->crc = rls_crc32(output->crc, bytes, size);
    if (size > BUFFER_SIZE - output->buffered)
        flush(output);
    if (size >= BUFFER_SIZE) {
        write_through(output, bytes, size);
        return;
    }
    memcpy(output->buffer + output->buffered, bytes, size);
    output->buffered += size;
}

void
rls_output_put_u8(rls_output *output, uint8_t value)
{
    rls_output_write(output, &value, 1);
}

void
rls_output_put_u32(rls_output *output, uint32_t value)
{
    uint8_t bytes[4];

    rls_set_u32(bytes, value);
    rls_output_write(output, bytes, sizeof bytes);
}

void
rls_output_put_u64(rls_output *output, uint64_t value)
{
    uint8_t bytes[8];

    rls_set_u64(bytes, value);
    rls_output_write(output, bytes, sizeof bytes);
}

void
rls_output_put_varint(rls_output *output, uint64_t value)
{
    uint8_t bytes[10];
    size_t  size = 0;

    for (; value >= 0x80; value >>= 7)
        bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    rls_output_write(output, bytes, size);
}

void
rls_output_align(rls_output *output, size_t alignment)
{
    static const uint8_t zeros[64];
    size_t               left = (size_t)(0 - output->offset) & (alignment - 1);

    assert(alignment > 0 && (alignment & (alignment - 1)) == 0);
    while (left > 0) {
        size_t size = left < sizeof zeros ? left : sizeof zeros;

        rls_output_write(output, zeros, size);
        left -= size;
    }
}

void
rls_output_start_crc(rls_output *output)
{
    output->crc = 0;
}

/* Ends the file and the buffer; the first error stays. */
static void
end(rls_output *output)
{
    rls_error  error = {0};
    rls_status status;

    if (output->file != NULL) {
        status = output->directory->ops->close(output->file, &error);
        output->file = NULL;
        if (status != RLS_OK && output->status == RLS_OK)
            fail_with(output, status, &error);
    }
    if (output->buffer != NULL)
        rls_free(output->directory->heap, output->buffer);
    output->buffer = NULL;
    output->buffered = 0;
}

rls_status
rls_output_finish(rls_output *output, bool sync, rls_error *err)
{
    rls_error  error = {0};
    rls_status status;

    if (usable(output))
        flush(output);
    if (usable(output) && sync) {
        status = output->directory->ops->sync(output->file, &error);
        if (status != RLS_OK)
            fail_with(output, status, &error);
    }
    end(output);
    if (output->status != RLS_OK && err != NULL)
        *err = output->error;
    return output->status;
}

void
rls_output_abandon(rls_output *output)
{
    bool was_open = output->file != NULL;

    end(output);
    /* A file given up must not be told finished by a later call. */
    if (was_open && output->status == RLS_OK)
        output->status = rls_fail(&output->error, RLS_CANCELLED, "writing was given up");
}
