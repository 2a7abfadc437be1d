/* Raw deflate (RFC 1951), for speed: matches of four bytes and more from the last two places of a
 * hash, taken greedily, and codes made for each block. The bytes depend on the input alone. */
#include "base/bytes.h"
#include "codec/deflate.h"
#include "codec/huffman.h"

enum {
    BLOCK = 1 << 15, /* bytes of input with codes of their own */
    HASH_BITS = 13,
    LEAST_MATCH = 4,
    MOST_MATCH = 258,
    WINDOW = 1 << 15,
    LOOK_AHEAD = 8, /* bytes that may be loaded where a match is looked for */

    LITERALS = 286,
    DISTANCES = 30,
    END_OF_BLOCK = 256,
    FIRST_LENGTH = 257,
    LAST_LENGTH = 285,
    CODE_LENGTHS = 19,
    CODE_LENGTH_LONGEST = 7,
    REPEAT_LAST = 16, /* 3..6 times, 2 bits more */
    ZEROS = 17,       /* 3..10, 3 bits more */
    MORE_ZEROS = 18,  /* 11..138, 7 bits more */
    STORED_MOST = 65535,
    HEAD_ROOM = 1024 /* bytes: more than a block's head takes; a token takes two for each byte */
};

/* A token is a literal, or a match: less its least length and distance. */
#define MATCH (UINT32_C(1) << 31)
enum {
    MATCH_LENGTH_SHIFT = 16
};

struct rls_deflater {
    rls_heap   *heap;
    uint32_t    places[1 << HASH_BITS][2]; /* where four bytes stood, plus one; 0 none */
    uint32_t    tokens[BLOCK];
    uint32_t    token_count;
    uint32_t    literal_counts[LITERALS], distance_counts[DISTANCES];
    rls_huffman literals, distances;
};

rls_status
rls_deflater_new(rls_heap *heap, rls_deflater **out_deflater, rls_error *err)
{
    rls_deflater *deflater = rls_alloc(heap, 1, sizeof *deflater);

    *out_deflater = deflater;
    if (deflater == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to deflate");
    deflater->heap = heap;
    return RLS_OK;
}

void
rls_deflater_free(rls_deflater *deflater)
{
    if (deflater != NULL)
        rls_free(deflater->heap, deflater);
}

/* --- matches --- */

static inline uint32_t
hash_of(uint32_t four)
{
    return four * UINT32_C(0x9e3779b1) >> (32 - HASH_BITS);
}

/* Bytes that are the same from `a` and `b` on, four of which are known to be; `b` ends at `end`. */
static inline uint32_t
match_size(const uint8_t *a, const uint8_t *b, const uint8_t *end)
{
    const uint8_t *begin = b;

    if (end - b > MOST_MATCH)
        end = b + MOST_MATCH;
    a += LEAST_MATCH;
    b += LEAST_MATCH;
    while (end - b >= 8) {
        uint64_t differing = rls_get_u64(a) ^ rls_get_u64(b);

        if (differing != 0)
            return (uint32_t)(b - begin) + (uint32_t)__builtin_ctzll(differing) / 8;
        a += 8;
        b += 8;
    }
    while (b < end && *a == *b)
        a++, b++;
    return (uint32_t)(b - begin);
}

static inline uint32_t
length_symbol(uint32_t less_three, uint32_t *extra_bits)
{
    uint32_t width;

    *extra_bits = 0;
    if (less_three < 8)
        return FIRST_LENGTH + less_three;
    if (less_three == MOST_MATCH - 3)
        return LAST_LENGTH;
    width = 31 - (uint32_t)__builtin_clz(less_three);
    *extra_bits = width - 2;
    return FIRST_LENGTH + 4 * (width - 1) + (less_three >> (width - 2) & 3);
}

static inline uint32_t
distance_symbol(uint32_t less_one, uint32_t *extra_bits)
{
    uint32_t width;

    *extra_bits = 0;
    if (less_one < 4)
        return less_one;
    width = 31 - (uint32_t)__builtin_clz(less_one);
    *extra_bits = width - 1;
    return 2 * width + (less_one >> (width - 1) & 1);
}

static inline void
add_match(rls_deflater *deflater, uint32_t length, uint32_t distance)
{
    uint32_t extra;

    deflater->tokens[deflater->token_count++] =
        MATCH | (length - 3) << MATCH_LENGTH_SHIFT | (distance - 1);
    deflater->literal_counts[length_symbol(length - 3, &extra)]++;
    deflater->distance_counts[distance_symbol(distance - 1, &extra)]++;
}

static inline void
add_literal(rls_deflater *deflater, uint8_t byte)
{
    deflater->tokens[deflater->token_count++] = byte;
    deflater->literal_counts[byte]++;
}

static inline void
note_place(rls_deflater *deflater, const uint8_t *data, size_t at)
{
    uint32_t *places = deflater->places[hash_of(rls_get_u32(data + at))];

    places[1] = places[0];
    places[0] = (uint32_t)at + 1;
}

/* The longest match of what stands at `at` with one of two places; its size, 0 for none. */
static inline uint32_t
find_match(const uint8_t *data, size_t at, size_t end, const uint32_t *places, uint32_t four,
           uint32_t *out_distance)
{
    uint32_t longest = 0;

    for (int i = 0; i < 2; i++) {
        size_t   place = (size_t)places[i] - 1;
        uint32_t size;

        if (places[i] == 0 || at - place > WINDOW || rls_get_u32(data + place) != four)
            continue;
        size = match_size(data + place, data + at, data + end);
        if (size > longest) {
            longest = size;
            *out_distance = (uint32_t)(at - place);
        }
    }
    return longest;
}

/* Tokens of bytes [at, end) of the input. */
static void
make_tokens(rls_deflater *deflater, const uint8_t *data, size_t at, size_t end)
{
    deflater->token_count = 0;
    memset(deflater->literal_counts, 0, sizeof deflater->literal_counts);
    memset(deflater->distance_counts, 0, sizeof deflater->distance_counts);
    while (end - at >= LOOK_AHEAD) {
        uint32_t  four = rls_get_u32(data + at), length, distance = 0;
        uint32_t *places = deflater->places[hash_of(four)];

        length = find_match(data, at, end, places, four, &distance);
        places[1] = places[0];
        places[0] = (uint32_t)at + 1;
        if (length < LEAST_MATCH) {
            add_literal(deflater, data[at++]);
            continue;
        }
        add_match(deflater, length, distance);
        /* Some of the places within, for those that begin there. */
        for (size_t next = at + 1; next < at + length && end - next >= LOOK_AHEAD; next += 2)
            note_place(deflater, data, next);
        at += length;
    }
    while (at < end)
        add_literal(deflater, data[at++]);
    deflater->literal_counts[END_OF_BLOCK] = 1;
}

/* --- bits --- */

/* Fewer than 8 bits wait between calls; at most 56 are put at a time. */
typedef struct bits {
    uint8_t *at;
    uint64_t pending;
    uint32_t count;
} bits;

static inline void
put(bits *out, uint64_t value, uint32_t width)
{
    out->pending |= value << out->count;
    out->count += width;
    rls_set_u64(out->at, out->pending);
    out->at += out->count / 8;
    out->pending >>= out->count & ~UINT32_C(7);
    out->count &= 7;
}

static void
fill_byte(bits *out)
{
    if (out->count > 0)
        put(out, 0, 8 - out->count);
}

static inline void
put_match(const rls_deflater *deflater, bits *out, uint32_t token)
{
    uint32_t less_three = token >> MATCH_LENGTH_SHIFT & 0xff, less_one = token & 0xffff;
    uint32_t length_extra, distance_extra;
    uint32_t length = length_symbol(less_three, &length_extra);
    uint32_t distance = distance_symbol(less_one, &distance_extra);
    uint32_t width = deflater->literals.lengths[length];
    uint64_t value = deflater->literals.codes[length];

    value |= (uint64_t)(less_three & ((UINT32_C(1) << length_extra) - 1)) << width;
    width += length_extra;
    value |= (uint64_t)deflater->distances.codes[distance] << width;
    width += deflater->distances.lengths[distance];
    value |= (uint64_t)(less_one & ((UINT32_C(1) << distance_extra) - 1)) << width;
    put(out, value, width + distance_extra);
}

static void
put_tokens(const rls_deflater *deflater, bits *out)
{
    for (uint32_t i = 0; i < deflater->token_count; i++) {
        uint32_t token = deflater->tokens[i];

        if ((token & MATCH) != 0)
            put_match(deflater, out, token);
        else
            put(out, deflater->literals.codes[token], deflater->literals.lengths[token]);
    }
    put(out, deflater->literals.codes[END_OF_BLOCK], deflater->literals.lengths[END_OF_BLOCK]);
}

/* --- blocks --- */

/* What tells the codes of a block: their lengths, runs of them taken together. */
typedef struct block_head {
    uint32_t    literal_count, distance_count, order_count;
    uint8_t     symbols[LITERALS + DISTANCES], extras[LITERALS + DISTANCES];
    uint32_t    symbol_count;
    rls_huffman code;
} block_head;

static const uint8_t length_order[CODE_LENGTHS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                   11, 4,  12, 3, 13, 2, 14, 1, 15};

static uint32_t
extra_bits_of(uint32_t symbol)
{
    return symbol == REPEAT_LAST ? 2 : symbol == ZEROS ? 3 : symbol == MORE_ZEROS ? 7 : 0;
}

static void
add_run(block_head *head, uint32_t symbol, uint32_t extra)
{
    head->symbols[head->symbol_count] = (uint8_t)symbol;
    head->extras[head->symbol_count++] = (uint8_t)extra;
}

static void
add_lengths(block_head *head, const uint8_t *lengths, uint32_t count)
{
    for (uint32_t i = 0, run; i < count; i += run) {
        uint32_t left;

        for (run = 1; i + run < count && lengths[i + run] == lengths[i];)
            run++;
        left = run;
        while (lengths[i] == 0 && left >= 11) {
            uint32_t some = left < 138 ? left : 138;

            add_run(head, MORE_ZEROS, some - 11);
            left -= some;
        }
        if (lengths[i] == 0 && left >= 3) {
            add_run(head, ZEROS, left - 3);
            left = 0;
        }
        if (left > 0 && lengths[i] != 0) {
            add_run(head, lengths[i], 0);
            left--;
        }
        while (lengths[i] != 0 && left >= 3) {
            uint32_t some = left < 6 ? left : 6;

            add_run(head, REPEAT_LAST, some - 3);
            left -= some;
        }
        for (; left > 0; left--)
            add_run(head, lengths[i], 0);
    }
}

/* Makes the head of the codes at hand; returns its bits. */
static uint32_t
make_head(const rls_deflater *deflater, block_head *head)
{
    uint32_t counts[CODE_LENGTHS] = {0}, size = 5 + 5 + 4;

    head->literal_count = LITERALS;
    while (deflater->literals.lengths[head->literal_count - 1] == 0)
        head->literal_count--;
    if (head->literal_count < FIRST_LENGTH)
        head->literal_count = FIRST_LENGTH;
    head->distance_count = DISTANCES;
    while (head->distance_count > 1 && deflater->distances.lengths[head->distance_count - 1] == 0)
        head->distance_count--;
    head->symbol_count = 0;
    add_lengths(head, deflater->literals.lengths, head->literal_count);
    add_lengths(head, deflater->distances.lengths, head->distance_count);
    for (uint32_t i = 0; i < head->symbol_count; i++)
        counts[head->symbols[i]]++;
    rls_huffman_make(&head->code, counts, CODE_LENGTHS, CODE_LENGTH_LONGEST);
    head->order_count = CODE_LENGTHS;
    while (head->order_count > 4 && head->code.lengths[length_order[head->order_count - 1]] == 0)
        head->order_count--;
    size += 3 * head->order_count;
    for (uint32_t symbol = 0; symbol < CODE_LENGTHS; symbol++)
        size += counts[symbol] * (head->code.lengths[symbol] + extra_bits_of(symbol));
    return size;
}

static void
put_head(const block_head *head, bits *out)
{
    put(out, head->literal_count - FIRST_LENGTH, 5);
    put(out, head->distance_count - 1, 5);
    put(out, head->order_count - 4, 4);
    for (uint32_t i = 0; i < head->order_count; i++)
        put(out, head->code.lengths[length_order[i]], 3);
    for (uint32_t i = 0; i < head->symbol_count; i++) {
        uint32_t symbol = head->symbols[i];

        put(out, head->code.codes[symbol], head->code.lengths[symbol]);
        put(out, head->extras[i], extra_bits_of(symbol));
    }
}

/* The codes that need not be told. */
static void
make_fixed(rls_huffman *literals, rls_huffman *distances)
{
    for (uint32_t symbol = 0; symbol < RLS_HUFFMAN_SYMBOLS; symbol++)
        literals->lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    memset(distances->lengths, 5, 32);
    rls_huffman_assign(literals, RLS_HUFFMAN_SYMBOLS);
    rls_huffman_assign(distances, 32);
}

/* Bits of the codes of all tokens; what follows codes is the same for any. */
static uint64_t
code_bits(const rls_deflater *deflater, const rls_huffman *literals, const rls_huffman *distances)
{
    uint64_t sum = 0;

    for (uint32_t symbol = 0; symbol < LITERALS; symbol++)
        sum += (uint64_t)deflater->literal_counts[symbol] * literals->lengths[symbol];
    for (uint32_t symbol = 0; symbol < DISTANCES; symbol++)
        sum += (uint64_t)deflater->distance_counts[symbol] * distances->lengths[symbol];
    return sum;
}

static void
put_block(rls_deflater *deflater, bits *out, bool last)
{
    rls_huffman fixed_literals, fixed_distances;
    block_head  head;
    uint64_t    head_bits;

    rls_huffman_make(&deflater->literals, deflater->literal_counts, LITERALS, RLS_HUFFMAN_LONGEST);
    rls_huffman_make(&deflater->distances, deflater->distance_counts, DISTANCES,
                     RLS_HUFFMAN_LONGEST);
    head_bits = make_head(deflater, &head);
    make_fixed(&fixed_literals, &fixed_distances);
    put(out, last, 1);
    if (code_bits(deflater, &fixed_literals, &fixed_distances) <=
        head_bits + code_bits(deflater, &deflater->literals, &deflater->distances)) {
        deflater->literals = fixed_literals;
        deflater->distances = fixed_distances;
        put(out, 1, 2);
    } else {
        put(out, 2, 2);
        put_head(&head, out);
    }
    put_tokens(deflater, out);
}

/* What does not get smaller. */
static void
put_stored(bits *out, const uint8_t *data, size_t size)
{
    do {
        uint32_t some = size < STORED_MOST ? (uint32_t)size : STORED_MOST;

        put(out, some == size, 1);
        put(out, 0, 2);
        fill_byte(out);
        put(out, some, 16);
        put(out, some ^ 0xffff, 16);
        if (some > 0)
            memcpy(out->at, data, some);
        out->at += some;
        data += some;
        size -= some;
    } while (size > 0);
}

rls_status
rls_deflater_block(rls_deflater *deflater, rls_bytes bytes, rls_buffer *out, rls_error *err)
{
    size_t blocks = bytes.size / BLOCK + 1, at = 0, end;
    bits   stream = {0};

    if (bytes.size > UINT32_MAX - 1 || bytes.size > SIZE_MAX / 4 - blocks * HEAD_ROOM ||
        !rls_buffer_reserve(out, 2 * bytes.size + blocks * HEAD_ROOM))
        return rls_fail(err, RLS_NO_MEMORY, "no memory to deflate %zu bytes", bytes.size);
    memset(deflater->places, 0, sizeof deflater->places);
    stream.at = out->data + out->size;
    do {
        end = bytes.size - at < BLOCK ? bytes.size : at + BLOCK;
        make_tokens(deflater, bytes.data, at, end);
        put_block(deflater, &stream, end == bytes.size);
        at = end;
    } while (at < bytes.size);
    if ((size_t)(stream.at - out->data) - out->size > bytes.size) {
        stream = (bits){.at = out->data + out->size};
        put_stored(&stream, bytes.data, bytes.size);
    }
    fill_byte(&stream);
    out->size = (size_t)(stream.at - out->data);
    return RLS_OK;
}
