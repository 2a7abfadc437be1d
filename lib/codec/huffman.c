#include "codec/huffman.h"

#include <stdbool.h>
#include <string.h>

/* Symbols that occur, by ascending count, and the nodes above them. */
typedef struct tree {
    uint32_t count; /* of leaves */
    uint16_t symbols[RLS_HUFFMAN_SYMBOLS];
    uint32_t weights[2 * RLS_HUFFMAN_SYMBOLS];
    uint16_t parents[2 * RLS_HUFFMAN_SYMBOLS];
    uint16_t depths[2 * RLS_HUFFMAN_SYMBOLS];
} tree;

/* Few symbols occur in a block of text: sorted by insertion. */
static void
sort_leaves(tree *made, const uint32_t *counts, uint32_t symbol_count)
{
    made->count = 0;
    for (uint32_t symbol = 0; symbol < symbol_count; symbol++) {
        uint32_t at = made->count;

        if (counts[symbol] == 0)
            continue;
        for (; at > 0 && made->weights[at - 1] > counts[symbol]; at--) {
            made->weights[at] = made->weights[at - 1];
            made->symbols[at] = made->symbols[at - 1];
        }
        made->weights[at] = counts[symbol];
        made->symbols[at] = (uint16_t)symbol;
        made->count++;
    }
}

/* Joins the two lightest nodes until one is left. New nodes come in ascending order, so the
 * lightest is at the head of the leaves or of the new ones (van Leeuwen 1976). */
static void
join_nodes(tree *made)
{
    uint32_t leaf = 0, node = made->count, end = made->count;

    for (; end < 2 * made->count - 1; end++) {
        made->weights[end] = 0;
        for (int i = 0; i < 2; i++) {
            bool take_leaf =
                leaf < made->count && (node == end || made->weights[leaf] <= made->weights[node]);
            uint32_t child = take_leaf ? leaf++ : node++;

            made->weights[end] += made->weights[child];
            made->parents[child] = (uint16_t)end;
        }
    }
    made->depths[end - 1] = 0;
    for (uint32_t i = end - 1; i-- > 0;)
        made->depths[i] = (uint16_t)(made->depths[made->parents[i]] + 1);
}

/* How many codes have which length. Those beyond the limit are given it, and then as many leaves
 * above it are moved down as make room: a leaf at `length` becomes two one below, one of which was
 * at the limit. */
static void
count_lengths(const tree *made, uint32_t longest, uint32_t *of_length)
{
    uint32_t room = UINT32_C(1) << longest, used = 0;

    for (uint32_t i = 0; i < made->count; i++) {
        uint32_t length = made->depths[i] < longest ? made->depths[i] : longest;

        of_length[length]++;
        used += room >> length;
    }
    for (; used > room; used--) {
        uint32_t length = longest - 1;

        while (of_length[length] == 0)
            length--;
        of_length[length]--;
        of_length[length + 1] += 2;
        of_length[longest]--;
    }
}

void
rls_huffman_make(rls_huffman *code, const uint32_t *counts, uint32_t symbol_count, uint32_t longest)
{
    uint32_t of_length[RLS_HUFFMAN_LONGEST + 1] = {0}, next = 0;
    tree     made;

    memset(code->lengths, 0, symbol_count);
    sort_leaves(&made, counts, symbol_count);
    if (made.count == 1)
        code->lengths[made.symbols[0]] = 1;
    if (made.count > 1) {
        join_nodes(&made);
        count_lengths(&made, longest, of_length);
        /* The rarest have the longest. */
        for (uint32_t length = longest; length > 0; length--) {
            for (uint32_t i = 0; i < of_length[length]; i++)
                code->lengths[made.symbols[next++]] = (uint8_t)length;
        }
    }
    rls_huffman_assign(code, symbol_count);
}

static uint16_t
reversed(uint32_t value, uint32_t width)
{
    uint32_t out = 0;

    for (uint32_t i = 0; i < width; i++)
        out |= (value >> i & 1) << (width - 1 - i);
    return (uint16_t)out;
}

void
rls_huffman_assign(rls_huffman *code, uint32_t symbol_count)
{
    uint32_t next[RLS_HUFFMAN_LONGEST + 2] = {0};

    for (uint32_t symbol = 0; symbol < symbol_count; symbol++)
        next[code->lengths[symbol] + 1]++;
    next[1] = 0; /* of symbols that do not occur */
    for (uint32_t length = 1; length <= RLS_HUFFMAN_LONGEST; length++)
        next[length + 1] = (next[length] + next[length + 1]) << 1;
    for (uint32_t symbol = 0; symbol < symbol_count; symbol++) {
        uint32_t length = code->lengths[symbol];

        if (length > 0)
            code->codes[symbol] = reversed(next[length]++, length);
    }
}
