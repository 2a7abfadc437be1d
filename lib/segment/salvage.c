#include "segment/salvage.h"

#include "codec/deflate.h"
#include "segment/keys_reader.h"
#include "segment/segment_file.h"
#include "segment/stored_document.h"
#include "segment/stored_reader.h"

enum {
    TABLE_END = RLS_SECTION_TABLE + RLS_ENVELOPE_FOOT,
    KEYS_ENTRY = 1 /* in the table, which has the order of the file */
};

/* Where a block is damaged the next one is looked for byte by byte. When the number of documents is
 * not known more places have to be looked at closely: as many as have so many bytes. */
#define SEARCH_WORK (UINT64_C(1) << 32)

struct rls_salvage {
    rls_heap      *heap;
    rls_directory *directory;
    rls_mapping    mapping;
    char          *name;
    uint32_t       doc_count;
    rls_arena      key_bytes;
    rls_bytes     *keys;     /* by document */
    size_t         at;       /* where the next block is looked for */
    uint32_t       next_doc; /* the least that it can begin with */
    uint64_t       work;     /* bytes that were no block, since the last one */
    rls_buffer     raw;      /* inflated blocks */
    size_t         raw_at;
    uint32_t       raw_doc; /* whose record begins at raw_at */
    rls_arena      arena;   /* of the document told last */
};

/* --- blocks --- */

static bool
is_block(rls_salvage *salvage, size_t at)
{
    rls_bytes      file = salvage->mapping.bytes;
    const uint8_t *head = file.data + at;
    uint32_t       doc, raw_size, size;

    if (file.size - at <= RLS_STORED_HEAD)
        return false;
    doc = rls_get_u32(head);
    raw_size = rls_get_u16(head + 4) & ~(uint32_t)RLS_STORED_GOES_ON;
    size = rls_get_u16(head + 6);
    if (raw_size == 0 || raw_size > RLS_STORED_BLOCK || size == 0 || size > raw_size ||
        (uint64_t)size * RLS_STORED_RATIO < raw_size || size > file.size - at - RLS_STORED_HEAD ||
        doc < salvage->next_doc ||
        doc >= (salvage->doc_count > 0 ? salvage->doc_count : UINT32_C(1) << 31))
        return false;
    if (rls_stored_head_fits(head))
        return true;
    salvage->work += size;
    return false;
}

static bool
find_block(rls_salvage *salvage)
{
    size_t end = salvage->mapping.bytes.size;

    salvage->work = 0;
    for (; salvage->at < end; salvage->at++) {
        if (is_block(salvage, salvage->at))
            return true;
        if (salvage->doc_count == 0 && salvage->work > SEARCH_WORK)
            return false;
    }
    return false;
}

static rls_status
take_block(rls_salvage *salvage, rls_error *err)
{
    const uint8_t *head = salvage->mapping.bytes.data + salvage->at;
    uint32_t       raw_size = rls_get_u16(head + 4) & ~(uint32_t)RLS_STORED_GOES_ON;
    uint32_t       size = rls_get_u16(head + 6);
    rls_buffer    *raw = &salvage->raw;
    rls_status     status = RLS_OK;

    salvage->at += RLS_STORED_HEAD + size;
    salvage->next_doc = rls_get_u32(head);
    if (!rls_buffer_reserve(raw, raw->size + raw_size))
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to save a document of it",
                        salvage->name);
    if (size == raw_size)
        memcpy(raw->data + raw->size, head + RLS_STORED_HEAD, size);
    else
        status = rls_inflate_block(salvage->heap, rls_bytes_of(head + RLS_STORED_HEAD, size),
                                   raw->data + raw->size, raw_size, err);
    if (status == RLS_OK)
        raw->size += raw_size;
    return status;
}

static bool
goes_on(const rls_salvage *salvage)
{
    const uint8_t *head = salvage->mapping.bytes.data + salvage->at;

    return (rls_get_u16(head + 4) & RLS_STORED_GOES_ON) != 0;
}

/* The next block that begins with a record, and those that go on with it. */
static rls_status
load(rls_salvage *salvage, rls_error *err)
{
    rls_status status;

    for (;;) {
        rls_buffer_clear(&salvage->raw);
        salvage->raw_at = 0;
        if (!find_block(salvage))
            return RLS_NOT_FOUND;
        salvage->raw_doc = rls_get_u32(salvage->mapping.bytes.data + salvage->at);
        if (goes_on(salvage)) {
            salvage->at += RLS_STORED_HEAD; /* its begin is lost */
            continue;
        }
        status = take_block(salvage, err);
        while (status == RLS_OK && is_block(salvage, salvage->at) && goes_on(salvage))
            status = take_block(salvage, err);
        if (status != RLS_CORRUPT)
            return status;
    }
}

/* --- keys --- */

/* Reads the keys of one group from `at`; false when they do not agree with its checksum. */
static bool
read_group(const rls_keys *keys, uint32_t group, const uint8_t *at, const uint32_t *order,
           rls_buffer *bytes, uint32_t *sizes, const uint8_t **out_end)
{
    uint32_t  first = group * RLS_KEYS_GROUP, count = keys->doc_count - first;
    rls_input input;
    size_t    before = 0, start = 0;
    uint32_t  crc = 0;

    if (count > RLS_KEYS_GROUP)
        count = RLS_KEYS_GROUP;
    rls_buffer_clear(bytes);
    rls_input_init(&input, rls_bytes_of(at, (size_t)(keys->strings.blocks.data +
                                                     keys->strings.blocks.size - at)));
    for (uint32_t i = 0; i < count; i++) {
        uint64_t  shared = i % RLS_STRINGS_BLOCK == 0 ? 0 : rls_input_varint(&input);
        rls_bytes own = rls_input_bytes(&input, rls_input_varint(&input));

        /* One more than needed: the first key may be empty, and there must be memory then, too. */
        if (input.failed || shared > before ||
            !rls_buffer_reserve(bytes, bytes->size + (size_t)shared + own.size + 1))
            return false;
        rls_buffer_append(bytes, bytes->data + start, (size_t)shared);
        start = bytes->size - (size_t)shared;
        rls_buffer_append(bytes, own.data, own.size);
        before = sizes[i] = (uint32_t)(bytes->size - start);
        crc = rls_keys_check(crc, rls_bytes_of(bytes->data + start, before),
                             order == NULL ? rls_keys_doc(keys, first + i) : order[first + i]);
    }
    *out_end = input.at;
    return !bytes->failed && crc == rls_get_u32(keys->checks + (size_t)4 * group);
}

/* Which document has which rank, from the ranks: the order told the other way round. */
static uint32_t *
invert_ranks(rls_salvage *salvage, const rls_keys *keys)
{
    uint32_t *order = rls_alloc_zeroed(salvage->heap, keys->doc_count, sizeof *order);

    for (uint32_t doc = 0; order != NULL && doc < keys->doc_count; doc++)
        order[rls_keys_rank(keys, doc)] = doc;
    return order;
}

/* A group begins where the offsets say or where the one before ended; its documents are in the
 * order or in the ranks. */
static rls_status
read_keys(rls_salvage *salvage, const rls_keys *keys, uint32_t *out_count, rls_error *err)
{
    const uint8_t *end = keys->strings.blocks.data;
    uint32_t      *order = invert_ranks(salvage, keys), sizes[RLS_KEYS_GROUP];
    rls_buffer     bytes;
    rls_status     status = RLS_OK;

    rls_buffer_init(&bytes, salvage->heap);
    *out_count = 0;
    if (order == NULL)
        status = RLS_NO_MEMORY;
    for (uint32_t first = 0; status == RLS_OK && first < keys->doc_count; first += RLS_KEYS_GROUP) {
        uint32_t        group = first / RLS_KEYS_GROUP;
        uint64_t        offset = rls_frames_get(&keys->strings.offsets, first / RLS_STRINGS_BLOCK);
        const uint8_t  *starts[2] = {end, end};
        const uint32_t *orders[2] = {NULL, order}, *found = NULL;
        bool            good = false;
        size_t          at = 0;

        if (offset <= keys->strings.blocks.size)
            starts[0] = keys->strings.blocks.data + offset;
        for (int i = 0; !good && i < 4; i++) {
            found = orders[i / 2];
            good = read_group(keys, group, starts[i % 2], found, &bytes, sizes, &end);
        }
        if (bytes.failed)
            status = RLS_NO_MEMORY;
        for (uint32_t i = 0; good && i < RLS_KEYS_GROUP && first + i < keys->doc_count; i++) {
            uint32_t doc = found == NULL ? rls_keys_doc(keys, first + i) : found[first + i];
            char    *copy = rls_arena_copy(&salvage->key_bytes, bytes.data + at, sizes[i]);

            if (copy == NULL)
                status = RLS_NO_MEMORY;
            salvage->keys[doc] = rls_bytes_of(copy, sizes[i]);
            at += sizes[i];
            ++*out_count;
        }
    }
    rls_buffer_release(&bytes);
    rls_free(salvage->heap, order);
    return status == RLS_OK ? RLS_OK
                            : rls_fail(err, status, "%s: no memory for its keys", salvage->name);
}

/* Tries the bytes [offset, offset + size) of the file as the section of keys; `surely`: they are,
 * and what does not fit is damage. */
static rls_status
try_keys(rls_salvage *salvage, uint64_t offset, uint64_t size, bool surely, bool *out_found,
         rls_error *err)
{
    rls_bytes  file = salvage->mapping.bytes, section;
    rls_keys   keys;
    uint32_t   count, read;
    rls_status status;

    *out_found = false;
    if (offset > file.size || size > file.size - offset)
        return RLS_OK;
    section = rls_bytes_of(file.data + offset, (size_t)size);
    count = salvage->doc_count;
    if (count == 0 && size >= RLS_KEYS_TAIL)
        count = rls_get_u32(section.data + section.size - RLS_KEYS_TAIL + 8);
    if (surely ? !rls_keys_open_damaged(&keys, section, count, salvage->name)
               : rls_keys_open(&keys, section, count, salvage->name, NULL) != RLS_OK)
        return RLS_OK;
    rls_free(salvage->heap, salvage->keys);
    salvage->keys = rls_alloc_zeroed(salvage->heap, count, sizeof *salvage->keys);
    if (salvage->keys == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for its keys", salvage->name);
    status = read_keys(salvage, &keys, &read, err);
    *out_found = read > 0;
    if (*out_found)
        salvage->doc_count = count;
    return status;
}

/* Without the table: the tail of the keys tells the number of documents, and how far before it the
 * section begins is known but for what its arrays of offsets take. */
static rls_status
search_keys(rls_salvage *salvage, bool *out_found, rls_error *err)
{
    rls_bytes file = salvage->mapping.bytes;
    uint64_t  arrays = RLS_SECTION_ALIGNMENT + (uint64_t)16 * salvage->doc_count + 1024;

    for (size_t end = RLS_SECTION_ALIGNMENT + RLS_KEYS_TAIL; end <= file.size; end++) {
        const uint8_t *tail = file.data + end - RLS_KEYS_TAIL;
        uint64_t       blocks_size = rls_get_u64(tail), start;
        rls_status     status;

        if (rls_get_u32(tail + 8) != salvage->doc_count ||
            rls_get_u32(tail + 12) > RLS_KEYS_ORDERED || blocks_size > end - RLS_KEYS_TAIL)
            continue;
        start = (end - RLS_KEYS_TAIL - blocks_size) / RLS_SECTION_ALIGNMENT * RLS_SECTION_ALIGNMENT;
        for (uint64_t back = 0; back <= arrays && start > 0; back += RLS_SECTION_ALIGNMENT) {
            status = try_keys(salvage, start, end - start, false, out_found, err);
            if (status != RLS_OK || *out_found)
                return status;
            start -= RLS_SECTION_ALIGNMENT;
        }
    }
    return RLS_OK;
}

/* Sections follow one another, so that what one entry of the table says of the keys the entries
 * beside it say again. */
static rls_status
find_keys(rls_salvage *salvage, rls_error *err)
{
    rls_bytes      file = salvage->mapping.bytes;
    const uint8_t *before, *own, *behind;
    uint64_t       starts[2], sizes[RLS_SECTION_ALIGNMENT + 1];
    rls_status     status = RLS_OK;
    bool           found = false;

    if (file.size < RLS_SECTION_ALIGNMENT + TABLE_END)
        return RLS_OK; /* no room for anything */
    before = file.data + file.size - TABLE_END + (size_t)(KEYS_ENTRY - 1) * RLS_SECTION_ENTRY;
    own = before + RLS_SECTION_ENTRY;
    behind = own + RLS_SECTION_ENTRY;
    starts[0] = rls_get_u64(own);
    starts[1] = rls_get_u64(before) + rls_get_u64(before + 8);
    starts[1] += (0 - starts[1]) % RLS_SECTION_ALIGNMENT;
    for (int i = 0; i < 2 && !found && status == RLS_OK; i++) {
        sizes[0] = rls_get_u64(own + 8);
        for (uint64_t pad = 0; pad < RLS_SECTION_ALIGNMENT; pad++)
            sizes[pad + 1] = rls_get_u64(behind) - pad - starts[i];
        for (size_t j = 0; j <= RLS_SECTION_ALIGNMENT && !found && status == RLS_OK; j++)
            status = try_keys(salvage, starts[i], sizes[j], j == 0 && starts[0] == starts[1],
                              &found, err);
    }
    return status != RLS_OK || found || salvage->doc_count == 0 ? status
                                                                : search_keys(salvage, &found, err);
}

/* --- as a whole --- */

rls_status
rls_salvage_open(rls_heap *heap, rls_directory *directory, const char *name, uint32_t doc_count,
                 rls_salvage **out_salvage, rls_error *err)
{
    rls_salvage *salvage = rls_alloc_zeroed(heap, 1, sizeof *salvage);
    rls_status   status;

    *out_salvage = NULL;
    if (salvage == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to look into it", name);
    salvage->heap = heap;
    salvage->directory = directory;
    salvage->doc_count = doc_count;
    salvage->at = RLS_SECTION_ALIGNMENT;
    rls_arena_init(&salvage->key_bytes, heap, 1 << 16);
    rls_arena_init(&salvage->arena, heap, 4096);
    rls_buffer_init(&salvage->raw, heap);
    status = directory->ops->map(directory, name, &salvage->mapping, err);
    if (status == RLS_OK) {
        salvage->name = rls_copy_string(heap, name, strlen(name));
        if (salvage->name == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "%s: no memory to look into it", name);
    }
    if (status == RLS_OK)
        status = find_keys(salvage, err);
    if (status != RLS_OK) {
        rls_salvage_close(salvage);
        return status;
    }
    *out_salvage = salvage;
    return RLS_OK;
}

void
rls_salvage_close(rls_salvage *salvage)
{
    if (salvage == NULL)
        return;
    salvage->directory->ops->unmap(salvage->directory, &salvage->mapping);
    rls_free(salvage->heap, salvage->keys);
    rls_free(salvage->heap, salvage->name);
    rls_arena_release(&salvage->key_bytes);
    rls_arena_release(&salvage->arena);
    rls_buffer_release(&salvage->raw);
    rls_free(salvage->heap, salvage);
}

rls_status
rls_salvage_next(rls_salvage *salvage, uint32_t *out_doc, rls_stored_document *out_document,
                 rls_error *err)
{
    for (;;) {
        rls_error  error = {0};
        rls_status status = RLS_OK;
        size_t     size = 0;

        if (salvage->raw_at == salvage->raw.size)
            status = load(salvage, &error);
        rls_arena_reset(&salvage->arena);
        *out_document = (rls_stored_document){0};
        if (status == RLS_OK)
            status =
                rls_stored_document_parse_first(salvage->name, salvage->raw_doc,
                                                rls_bytes_of(salvage->raw.data + salvage->raw_at,
                                                             salvage->raw.size - salvage->raw_at),
                                                &salvage->arena, out_document, &size, &error);
        if (status == RLS_CORRUPT) { /* a block that goes on with it is missing */
            salvage->raw_at = salvage->raw.size;
            continue;
        }
        if (status != RLS_OK) {
            if (status != RLS_NOT_FOUND && err != NULL)
                *err = error;
            return status;
        }
        salvage->raw_at += size;
        *out_doc = salvage->raw_doc++;
        if (salvage->doc_count > 0 && *out_doc >= salvage->doc_count)
            continue;
        out_document->key = rls_salvage_key(salvage, *out_doc);
        return RLS_OK;
    }
}

uint32_t
rls_salvage_doc_count(const rls_salvage *salvage)
{
    return salvage->doc_count;
}

rls_bytes
rls_salvage_key(const rls_salvage *salvage, uint32_t doc)
{
    return salvage->keys == NULL || doc >= salvage->doc_count ? (rls_bytes){0} : salvage->keys[doc];
}

uint64_t
rls_salvage_salt(const rls_salvage *salvage)
{
    rls_bytes file = salvage->mapping.bytes;

    if (file.size < RLS_SECTION_ALIGNMENT + TABLE_END)
        return 0;
    return rls_get_u64(file.data + file.size - TABLE_END +
                       (size_t)RLS_SECTION_COUNT * RLS_SECTION_ENTRY);
}
