/* What tells whether two bodies are the same text, or nearly: a number for each document, made from
 * the words of its body as they are inverted. White space, punctuation and markup do not count.
 *
 * The upper 40 bits are the same for most pairs of texts that differ in a few words: a
 * super-shingle (Broder, Glassman, Manasse & Zweig, "Syntactic Clustering of the Web", 1997) of the
 * least hashes of three words in a row, in four classes (one permutation hashing; Li, Owen & Zhang
 * 2012). All 64 are the same when the words are. 0: no words. */
#ifndef RLS_INVERTER_BODY_SIGNATURE_H
#define RLS_INVERTER_BODY_SIGNATURE_H

#include "inverter/surface_cache.h"

enum {
    RLS_SIGNATURE_CLASSES = 4,
    RLS_SIGNATURE_OWN_BITS = 24 /* that near texts do not share */
};

typedef struct rls_body_signature {
    uint64_t count, whole; /* words; a hash of all of them */
    uint64_t last, before; /* of the last two words */
    uint64_t least[RLS_SIGNATURE_CLASSES];
} rls_body_signature;

static inline void
rls_body_signature_begin(rls_body_signature *signature)
{
    *signature = (rls_body_signature){.count = 0};
    for (int i = 0; i < RLS_SIGNATURE_CLASSES; i++)
        signature->least[i] = UINT64_MAX;
}

static inline uint64_t
rls_signature_rotate(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

/* The next words; `signature` may be kept in registers. */
static inline void
rls_body_signature_add(rls_body_signature *signature, const rls_surface_key *keys, size_t count)
{
    uint64_t whole = signature->whole, last = signature->last, before = signature->before;

    for (size_t i = 0; i < count; i++) {
        uint64_t word =
            (keys[i].head ^ rls_signature_rotate(keys[i].tail, 29)) * UINT64_C(0x9e3779b97f4a7c15);
        uint64_t three;
        word ^= word >> 32;
        whole = (whole ^ word) * UINT64_C(0xd6e8feb86659fd93);
        three = (word ^ rls_signature_rotate(last, 21) ^ rls_signature_rotate(before, 42)) *
                UINT64_C(0xa0761d6478bd642f);
        if (three << 2 < signature->least[three >> 62])
            signature->least[three >> 62] = three << 2;
        before = last;
        last = word;
    }
    signature->count += count;
    signature->whole = whole;
    signature->last = last;
    signature->before = before;
}

uint64_t rls_body_signature_end(const rls_body_signature *signature);

#endif
