#include "codec/deflate.h"

#include <limits.h>

#include <zlib.h>

enum {
    RAW_WINDOW = -15,      /* no head or checksum: blocks live in files with their own */
    GZIP_WINDOW = 15 + 16, /* gzip heads only */
    DEFLATE_MEMORY = 8,
    GUNZIP_STEP = 1 << 16
};

struct rls_deflater {
    rls_heap *heap;
    z_stream  stream;
};

static voidpf
allocate(voidpf heap, uInt count, uInt size)
{
    return rls_alloc(heap, count, size);
}

static void
release(voidpf heap, voidpf memory)
{
    rls_free(heap, memory);
}

static void
init_stream(z_stream *stream, rls_heap *heap)
{
    *stream = (z_stream){.zalloc = allocate, .zfree = release, .opaque = heap};
}

/* zlib counts in `uInt`, we in size_t. */
static uInt
step_size(size_t size)
{
    return size < UINT_MAX ? (uInt)size : UINT_MAX;
}

rls_status
rls_deflater_new(rls_heap *heap, int level, rls_deflater **out_deflater, rls_error *err)
{
    rls_deflater *deflater;
    int           result;

    *out_deflater = NULL;
    deflater = rls_alloc_zeroed(heap, 1, sizeof *deflater);
    if (deflater == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to deflate");
    deflater->heap = heap;
    init_stream(&deflater->stream, heap);
    result = deflateInit2(&deflater->stream, level, Z_DEFLATED, RAW_WINDOW, DEFLATE_MEMORY,
                          Z_DEFAULT_STRATEGY);
    if (result != Z_OK) {
        rls_free(heap, deflater);
        if (result == Z_MEM_ERROR)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to deflate");
        return rls_fail(err, RLS_BAD_ARGUMENT, "zlib %s refuses level %d", zlibVersion(), level);
    }
    *out_deflater = deflater;
    return RLS_OK;
}

void
rls_deflater_free(rls_deflater *deflater)
{
    if (deflater == NULL)
        return;
    deflateEnd(&deflater->stream);
    rls_free(deflater->heap, deflater);
}

rls_status
rls_deflater_block(rls_deflater *deflater, rls_bytes bytes, rls_buffer *out, rls_error *err)
{
    z_stream *stream = &deflater->stream;
    size_t    left = bytes.size, begin = out->size;
    int       result;

    deflateReset(stream);
    stream->next_in = (z_const Bytef *)bytes.data;
    do {
        uInt   in = step_size(left), room;
        size_t bound = deflateBound(stream, in);

        if (!rls_buffer_reserve(out, bound)) {
            out->size = begin;
            return rls_fail(err, RLS_NO_MEMORY, "no memory to deflate %zu bytes", bytes.size);
        }
        room = step_size(out->capacity - out->size);
        stream->avail_in = in;
        stream->next_out = out->data + out->size;
        stream->avail_out = room;
        result = deflate(stream, left == in ? Z_FINISH : Z_NO_FLUSH);
        left -= in - stream->avail_in;
        out->size += room - stream->avail_out;
    } while (result == Z_OK || result == Z_BUF_ERROR);
    if (result != Z_STREAM_END) {
        out->size = begin;
        return rls_fail(err, RLS_BAD_ARGUMENT, "zlib cannot deflate %zu bytes", bytes.size);
    }
    return RLS_OK;
}

/* *out_ended: the stream ended, and nothing follows it. */
static rls_status
inflate_into(rls_heap *heap, rls_bytes bytes, uint8_t *out, size_t out_size, bool *out_filled,
             bool *out_ended, rls_error *err)
{
    z_stream stream;
    uint8_t  none;
    int      result;

    if (step_size(bytes.size) < bytes.size || step_size(out_size) < out_size)
        return rls_fail(err, RLS_CORRUPT, "a deflated block of %zu bytes", bytes.size);
    init_stream(&stream, heap);
    if (inflateInit2(&stream, RAW_WINDOW) != Z_OK)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to inflate %zu bytes", out_size);
    stream.next_in = (z_const Bytef *)bytes.data;
    stream.avail_in = (uInt)bytes.size;
    stream.next_out = out_size == 0 ? &none : out;
    stream.avail_out = (uInt)out_size;
    result = inflate(&stream, Z_FINISH);
    *out_filled = stream.avail_out == 0;
    *out_ended = result == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    if (result == Z_MEM_ERROR)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to inflate %zu bytes", out_size);
    return RLS_OK;
}

static rls_status
does_not_hold(rls_bytes bytes, size_t out_size, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "a deflated block of %zu bytes does not hold %zu", bytes.size,
                    out_size);
}

rls_status
rls_inflate_block(rls_heap *heap, rls_bytes bytes, uint8_t *out, size_t out_size, rls_error *err)
{
    bool       filled, ended;
    rls_status status = inflate_into(heap, bytes, out, out_size, &filled, &ended, err);

    if (status != RLS_OK || (filled && ended))
        return status;
    return does_not_hold(bytes, out_size, err);
}

rls_status
rls_inflate_begin(rls_heap *heap, rls_bytes bytes, uint8_t *out, size_t out_size, rls_error *err)
{
    bool       filled, ended;
    rls_status status = inflate_into(heap, bytes, out, out_size, &filled, &ended, err);

    return status != RLS_OK || filled ? status : does_not_hold(bytes, out_size, err);
}

bool
rls_is_gzip(rls_bytes bytes)
{
    return bytes.size >= 3 && memcmp(bytes.data, "\x1f\x8b\x08", 3) == 0;
}

/* Tapes and some servers pad a gzip file with zeros. */
static bool
is_padding(rls_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (bytes.data[i] != 0)
            return false;
    }
    return true;
}

/* Inflates members until the input ends. `stream` stands before the first. */
static rls_status
gunzip_members(z_stream *stream, rls_bytes bytes, size_t limit, rls_buffer *out, rls_error *err)
{
    size_t begin = out->size;

    for (;;) {
        size_t at = (size_t)(stream->next_in - bytes.data);
        size_t allowed = limit - (out->size - begin), wanted;
        uInt   room;
        int    result;

        /* One byte more than allowed tells a longer member from one that just fits. */
        wanted = allowed < GUNZIP_STEP ? allowed + 1 : GUNZIP_STEP;
        if (!rls_buffer_reserve(out, wanted))
            return rls_fail(err, RLS_NO_MEMORY, "no memory to unpack gzip");
        room = step_size(out->capacity - out->size);
        if (room > allowed)
            room = (uInt)allowed + 1;
        stream->avail_in = step_size(bytes.size - at);
        stream->next_out = out->data + out->size;
        stream->avail_out = room;
        result = inflate(stream, Z_NO_FLUSH);
        out->size += room - stream->avail_out;
        at = (size_t)(stream->next_in - bytes.data);

        if (out->size - begin > limit)
            return rls_fail(err, RLS_BAD_DOCUMENT, "gzip unpacks to more than %zu bytes", limit);
        if (result == Z_MEM_ERROR)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to unpack gzip");
        if (result == Z_STREAM_END) {
            if (is_padding(rls_bytes_of(bytes.data + at, bytes.size - at)))
                return RLS_OK;
            inflateReset(stream);
        } else if (result != Z_OK) {
            /* Z_BUF_ERROR: no progress, though there is room to write, so the input ended. */
            return rls_fail_at(err, RLS_BAD_DOCUMENT, at, "gzip %s at byte %zu",
                               result == Z_BUF_ERROR ? "ends early" : "is damaged", at);
        }
    }
}

rls_status
rls_gunzip(rls_bytes bytes, size_t limit, rls_buffer *out, rls_error *err)
{
    z_stream   stream;
    size_t     begin = out->size;
    rls_status status;

    init_stream(&stream, out->heap);
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to unpack gzip");
    stream.next_in = (z_const Bytef *)bytes.data;
    status = gunzip_members(&stream, bytes, limit, out, err);
    inflateEnd(&stream);
    if (status != RLS_OK)
        out->size = begin;
    return status;
}
