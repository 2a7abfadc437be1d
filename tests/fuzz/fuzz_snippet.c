/* Marks and passages: leaves from the first line, put into the rest, as plain text and as Markdown.
 *
 *   size u8, limit u8, then a line of leaves parted by commas: words in any inflection, =word,
 *   "phrase as written, word* by its beginning; then the text */
#include "analysis/analyzer.h"
#include "base/arena.h"
#include "document/markdown.h"
#include "document/utf8.h"
#include "fuzz.h"
#include "snippet/passages.h"

enum {
    LEAVES_MAX = 12,
    WORDS_MAX = 24,
    TOKENS_MAX = 64
};

typedef struct query {
    rls_heap       heap;
    rls_arena      arena;
    rls_analyzer  *analyzer;
    rls_match_leaf leaves[LEAVES_MAX];
    uint32_t       count;
} query;

static rls_bytes
keep(query *q, rls_bytes bytes)
{
    return rls_bytes_of(rls_arena_copy(&q->arena, bytes.data, bytes.size), bytes.size);
}

static void
make_word(query *q, rls_match_word *word, rls_bytes surface, char sign)
{
    rls_bytes *terms = rls_arena_alloc(&q->arena, sizeof *terms), result;

    *word = (rls_match_word){.terms = terms, .term_count = 1};
    if (sign == '*' && rls_pattern_compile(&q->heap, &q->arena, q->analyzer, RLS_PATTERN_PREFIX,
                                           surface, 0, &word->pattern, NULL) == RLS_OK) {
        word->term_count = 0;
        return;
    }
    FUZZ_CHECK(rls_analyzer_term(q->analyzer, surface, &result, NULL) == RLS_OK);
    *terms = keep(q, result);
    if (sign != '=' && sign != '"')
        return;
    word->level = sign == '=' ? RLS_FOLD_FORM : RLS_FOLD_ALL;
    FUZZ_CHECK(rls_analyzer_fold(q->analyzer, surface, (rls_fold_level)word->level, &result,
                                 NULL) == RLS_OK);
    word->form = keep(q, result);
}

static void
add_leaf(query *q, rls_bytes text)
{
    rls_match_word *words = rls_arena_alloc(&q->arena, WORDS_MAX * sizeof *words);
    rls_match_leaf *leaf = &q->leaves[q->count];
    rls_token       tokens[TOKENS_MAX];
    rls_tokenizer   tokenizer;
    size_t          count;
    char            sign = 0;

    if (text.size > 0 && (*text.data == '=' || *text.data == '"'))
        sign = (char)*text.data;
    else if (text.size > 0 && text.data[text.size - 1] == '*')
        sign = '*';
    *leaf = (rls_match_leaf){.words = words, .weight = 1.0f + (float)(q->count % 3)};
    rls_tokenizer_init(&tokenizer, text, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, TOKENS_MAX);
    for (size_t i = 0; i < count && leaf->word_count < WORDS_MAX; i++)
        make_word(q, &words[leaf->word_count++],
                  rls_bytes_of(text.data + tokens[i].start, tokens[i].end - tokens[i].start), sign);
    q->count += leaf->word_count > 0;
}

static void
add_leaves(query *q, rls_bytes line)
{
    size_t begin = 0;

    for (size_t i = 0; i <= line.size && q->count < LEAVES_MAX; i++) {
        if (i < line.size && line.data[i] != ',')
            continue;
        add_leaf(q, rls_bytes_of(line.data + begin, i - begin));
        begin = i + 1;
    }
}

static bool
is_edge(rls_bytes text, uint32_t at)
{
    return at == text.size || (text.data[at] & 0xC0) != 0x80;
}

static void
check_spans(const query *q, rls_bytes prose, const rls_mark_span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(spans[i].start < spans[i].end && spans[i].end <= prose.size);
        FUZZ_CHECK(spans[i].leaf < q->count);
        FUZZ_CHECK(i == 0 || spans[i].start >= spans[i - 1].start);
        FUZZ_CHECK(is_edge(prose, spans[i].start) && is_edge(prose, spans[i].end));
    }
}

/* Marks alternate and end closed; nothing else of what is shown is a control. */
static void
check_shown(rls_bytes shown)
{
    bool open = false;

    FUZZ_CHECK(fuzz_is_utf8(shown));
    for (size_t i = 0; i < shown.size; i++) {
        uint8_t byte = shown.data[i];

        if (byte == 1 || byte == 2) {
            FUZZ_CHECK(open == (byte == 2));
            FUZZ_CHECK(byte == 1 || shown.data[i - 1] != 1);
            open = !open;
        } else {
            FUZZ_CHECK(byte >= 0x20 && byte != 0x7F);
            FUZZ_CHECK(byte != ' ' || i + 1 == shown.size || shown.data[i + 1] != ' ');
        }
    }
    FUZZ_CHECK(!open);
}

static void
check_text(query *q, rls_passage_text text, uint32_t size, uint32_t limit)
{
    static const rls_passage_marks marks = {"\x01", "\x02", " \xE2\x80\xA6 "};
    rls_passage                    passages[RLS_PASSAGE_LIMIT];
    rls_buffer                     spans, shown;
    const rls_mark_span           *list;
    size_t                         span_count, total = 0;
    uint32_t                       count;

    rls_buffer_init(&spans, &q->heap);
    rls_buffer_init(&shown, &q->heap);
    FUZZ_CHECK(rls_highlighter_find(&q->heap, q->analyzer, q->leaves, q->count,
                                    rls_bytes_of("body", 4), text.prose, &spans, NULL) == RLS_OK);
    span_count = spans.size / sizeof *list;
    FUZZ_CHECK(spans.size == span_count * sizeof *list);
    list = (const rls_mark_span *)(const void *)spans.data;
    check_spans(q, text.prose, list, span_count);

    count = rls_passages_choose(text, q->leaves, q->count, list, span_count, size, limit, passages);
    FUZZ_CHECK(count <= limit);
    FUZZ_CHECK(count > 0 || span_count == 0);
    for (uint32_t i = 0; i < count; i++) {
        FUZZ_CHECK(passages[i].start < passages[i].end && passages[i].end <= text.prose.size);
        FUZZ_CHECK(i == 0 || passages[i].start >= passages[i - 1].end);
        FUZZ_CHECK(is_edge(text.original, passages[i].start));
        FUZZ_CHECK(is_edge(text.original, passages[i].end));
        total += passages[i].end - passages[i].start;
    }
    FUZZ_CHECK(total <= size);
    rls_passages_write(text, passages, count, list, span_count, &marks, &shown);
    FUZZ_CHECK(!shown.failed);
    check_shown(rls_buffer_bytes(&shown));
    rls_buffer_release(&spans);
    rls_buffer_release(&shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input       input = {data, size};
    uint32_t         most = 40 + fuzz_u8(&input), limit = 1 + fuzz_u8(&input) % RLS_PASSAGE_LIMIT;
    const uint8_t   *newline = input.size == 0 ? NULL : memchr(input.data, '\n', input.size);
    rls_bytes        line, text;
    rls_utf8_repairs repairs;
    uint8_t         *prose;
    query            q = {.count = 0};

    fuzz_heap_begin(&q.heap);
    rls_arena_init(&q.arena, &q.heap, 4096);
    FUZZ_CHECK(rls_analyzer_new(&q.heap, rls_bytes_of("english", 7), &q.analyzer, NULL) == RLS_OK);
    line = fuzz_bytes(&input, newline == NULL ? input.size : (size_t)(newline - input.data) + 1);
    FUZZ_CHECK(rls_utf8_repair(&q.arena, rls_bytes_of(input.data, input.size), &text, &repairs));
    add_leaves(&q, line);

    check_text(&q, (rls_passage_text){text, text}, most, limit);
    prose = malloc(text.size + 1);
    rls_markdown_mask(text, prose);
    check_text(&q, (rls_passage_text){rls_bytes_of(prose, text.size), text}, most, limit);
    free(prose);

    rls_analyzer_free(q.analyzer);
    rls_arena_release(&q.arena);
    fuzz_heap_end(&q.heap);
    return 0;
}
