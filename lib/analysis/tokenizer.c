#include "analysis/tokenizer.h"

#include "analysis/ascii_window.h"
#include "analysis/tokenizer_compound.h"
#include "analysis/tokenizer_plain.h"

enum {
    WINDOW_SIZE = 64
};

void
rls_tokenizer_init(rls_tokenizer *tokenizer, rls_bytes text, uint32_t first_position)
{
    if (text.size > UINT32_MAX)
        text.size = UINT32_MAX;
    *tokenizer = (rls_tokenizer){.text = text, .position = first_position};
}

/* Where the fast way must stop: at a byte beyond ASCII, at a mark between a word and another word
 * or mark, at + and # behind a word and at . # @ before one. A mark followed by white space, a
 * bracket or a quote is plain punctuation. */
static inline uint64_t
stops(const rls_ascii_window *window)
{
    uint64_t behind_word = window->words << 1;
    uint64_t before_word = window->words >> 1;

    return (window->marks & behind_word & (before_word | window->marks >> 1)) |
           (window->suffixes & behind_word) | (window->prefixes & before_word) | window->beyond;
}

/* Words of ASCII letters and digits with nothing else at their sides. Stands at the end where
 * `tokenizer->at` must be read carefully (or the text ends, or `room` is used up). It never begins
 * between . # @ and a word: the careful way reads on from such a sign. */
static size_t
plain_words(rls_tokenizer *tokenizer, rls_token *tokens, size_t room)
{
    const uint8_t *data = tokenizer->text.data;
    size_t         size = tokenizer->text.size, written = 0;
    uint32_t       at = tokenizer->at, position = tokenizer->position;

    while (at < size && written < room) {
        uint8_t          tail[WINDOW_SIZE];
        rls_ascii_window window;
        uint64_t         stop, first_bits, end_bits, usable;
        unsigned         stop_at;

        if (size - at >= WINDOW_SIZE) {
            window = rls_ascii_window_of(data + at);
        } else {
            memset(tail, 0, sizeof tail);
            memcpy(tail, data + at, size - at);
            window = rls_ascii_window_of(tail);
        }
        stop = stops(&window);
        first_bits = window.words & ~(window.words << 1);
        /* The end of a word is the byte behind it. What follows the last byte is not seen, so a
         * word that ends there waits for the next window. */
        end_bits = ~window.words & window.words << 1 & ~(UINT64_C(1) << (WINDOW_SIZE - 1));
        stop_at = stop == 0 ? WINDOW_SIZE : (unsigned)__builtin_ctzll(stop);
        usable = stop == 0 ? end_bits : end_bits & ((stop & -stop) - 1);
        while (usable != 0 && written < room) {
            tokens[written++] = (rls_token){at + (uint32_t)__builtin_ctzll(first_bits),
                                            at + (uint32_t)__builtin_ctzll(usable), position++, 0};
            first_bits &= first_bits - 1;
            usable &= usable - 1;
        }
        if (usable != 0) { /* no more room */
            at = tokens[written - 1].end;
            break;
        }
        if (first_bits != 0 && (unsigned)__builtin_ctzll(first_bits) < stop_at) {
            unsigned first = (unsigned)__builtin_ctzll(first_bits);
            at += first;
            if (stop != 0 || first == 0)
                break;
        } else if (stop != 0) {
            at += stop_at;
            break;
        } else {
            at = size - at < WINDOW_SIZE ? (uint32_t)size : at + WINDOW_SIZE - 1;
        }
    }
    tokenizer->at = at;
    tokenizer->position = position;
    return written;
}

static size_t
fill(rls_tokenizer *tokenizer, rls_token *tokens, size_t capacity, bool fast)
{
    size_t written = 0;

    while (tokenizer->at < tokenizer->text.size) {
        if (fast && !tokenizer->in_run && !tokenizer->in_long_compound) {
            written += plain_words(tokenizer, tokens + written, capacity - written);
            if (tokenizer->at == tokenizer->text.size)
                break;
        }
        if (capacity - written < RLS_COMPOUND_TOKENS)
            break;
        written += rls_compound_next(tokenizer, tokens + written);
    }
    return written;
}

size_t
rls_tokenizer_fill(rls_tokenizer *tokenizer, rls_token *tokens, size_t capacity)
{
    return fill(tokenizer, tokens, capacity, true);
}

size_t
rls_tokenizer_fill_plain(rls_tokenizer *tokenizer, rls_token *tokens, size_t capacity)
{
    return fill(tokenizer, tokens, capacity, false);
}
