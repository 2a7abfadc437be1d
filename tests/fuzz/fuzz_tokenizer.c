/* The tokenizer over any bytes: its fast way and its plain way tell the same tokens. */
#include "analysis/tokenizer_plain.h"
#include "fuzz.h"

enum {
    SMALL = 16, /* the least capacity */
    LARGE = 500,
    FIRST_POSITION = 5
};

/* Tokens are words of the text, none too long, in their order. */
static void
check_tokens(const rls_token *tokens, size_t count, size_t size)
{
    const rls_token *before = NULL;

    for (size_t i = 0; i < count; before = &tokens[i++]) {
        const rls_token *token = &tokens[i];

        FUZZ_CHECK(token->start < token->end && token->end <= size);
        FUZZ_CHECK(token->end - token->start <= RLS_TOKEN_MAX_SIZE);
        FUZZ_CHECK((token->flags & ~(uint32_t)RLS_TOKEN_WHOLE) == 0);
        FUZZ_CHECK(token->position >= FIRST_POSITION);
        if (before == NULL)
            continue;
        FUZZ_CHECK(token->position >= before->position);
        if (token->position > before->position)
            FUZZ_CHECK(token->start >= before->start);
        else /* a part, or the smaller of two wholes */
            FUZZ_CHECK((before->flags & RLS_TOKEN_WHOLE) != 0 &&
                       token->end - token->start <= before->end - before->start);
    }
}

typedef size_t fill_function(rls_tokenizer *, rls_token *, size_t);

/* All tokens, by `capacity` at a time. The caller frees them. */
static rls_token *
tokens_of(rls_bytes text, fill_function *fill, size_t capacity, size_t *out_count,
          uint32_t *out_position)
{
    rls_tokenizer tokenizer;
    size_t        room = 4 * text.size + capacity, count = 0, more;
    rls_token    *tokens = calloc(room, sizeof *tokens);

    if (tokens == NULL)
        abort();
    rls_tokenizer_init(&tokenizer, text, FIRST_POSITION);
    while ((more = fill(&tokenizer, tokens + count, capacity)) > 0) {
        FUZZ_CHECK(more <= capacity);
        count += more;
        FUZZ_CHECK(count + capacity <= room);
    }
    *out_count = count;
    *out_position = tokenizer.position;
    return tokens;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rls_bytes  text = rls_bytes_of(data, size);
    size_t     count, other_count;
    uint32_t   position, other_position;
    rls_token *tokens = tokens_of(text, rls_tokenizer_fill, LARGE, &count, &position), *other;

    check_tokens(tokens, count, size);
    FUZZ_CHECK(count == 0 || position > tokens[count - 1].position);
    other = tokens_of(text, rls_tokenizer_fill_plain, LARGE, &other_count, &other_position);
    FUZZ_CHECK(count == other_count && position == other_position);
    FUZZ_CHECK(count == 0 || memcmp(tokens, other, count * sizeof *tokens) == 0);
    free(other);
    other = tokens_of(text, rls_tokenizer_fill, SMALL, &other_count, &other_position);
    FUZZ_CHECK(count == other_count && position == other_position);
    FUZZ_CHECK(count == 0 || memcmp(tokens, other, count * sizeof *tokens) == 0);
    free(other);
    free(tokens);
    return 0;
}
