#include "query/synonyms.h"

#include <inttypes.h>
#include <pthread.h>

#include "base/hash_table.h"

enum {
    ARENA_CHUNK = 4096,
    LINES_MAX = 1 << 20,
    LANGUAGE_MAX = 64
};

#define NONE UINT32_MAX

struct rls_synonym_table {
    const rls_synonyms *synonyms;
    char                language[LANGUAGE_MAX];
    size_t              language_size;
    rls_hash_table      keys; /* → the first rule */
    uint32_t           *next; /* by rule: another with the same key, or NONE */
    uint32_t            longest;
    rls_synonym_table  *following; /* of another language */
};

/* The tables are made while many threads search; all else is made once. */
struct rls_synonyms {
    rls_heap           *heap;
    rls_arena           arena;
    rls_buffer          rules; /* rls_synonym_rule */
    pthread_mutex_t    *mutex; /* of the tables */
    rls_synonym_table **tables;
};

/* --- parsing --- */

typedef struct parser {
    rls_synonyms *synonyms;
    rls_bytes     text;
    uint32_t      line;       /* from 1 */
    size_t        line_start; /* byte */
    rls_bytes     items[RLS_SYNONYM_ITEMS_MAX];
    uint32_t      item_count, left_count; /* left_count: those before =>, or 0 */
    rls_error    *err;
} parser;

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory for synonyms");
}

static rls_status
refuse(const parser *p, const char *what)
{
    return rls_fail_at(p->err, RLS_BAD_ARGUMENT, p->line_start, "line %" PRIu32 ": %s", p->line,
                       what);
}

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The words of an item that are not parts of others, in the arena; none when it has none or too
 * many. */
static rls_status
take_words(parser *p, rls_bytes item, const rls_bytes **out_words, uint32_t *out_count)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[4 * RLS_SYNONYM_WORDS_MAX];
    size_t        count;
    rls_bytes *words = rls_arena_alloc(&p->synonyms->arena, RLS_SYNONYM_WORDS_MAX * sizeof *words);

    *out_words = words;
    *out_count = 0;
    if (words == NULL)
        return no_memory(p->err);
    rls_tokenizer_init(&tokenizer, item, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, sizeof tokens / sizeof *tokens);
    for (size_t i = 0; i < count; i++) {
        if (tokens[i].flags & RLS_TOKEN_WHOLE)
            continue;
        if (*out_count == RLS_SYNONYM_WORDS_MAX)
            return refuse(p, "an item has more than 8 words");
        words[(*out_count)++] =
            rls_bytes_of(item.data + tokens[i].start, tokens[i].end - tokens[i].start);
    }
    return *out_count == 0 ? refuse(p, "an item without a word") : RLS_OK;
}

/* A copy of an item with its white space runs made one space. */
static rls_status
take_item(parser *p, size_t start, size_t end)
{
    char     *copy;
    rls_bytes item = {0};

    while (start < end && is_space(p->text.data[start]))
        start++;
    while (end > start && is_space(p->text.data[end - 1]))
        end--;
    if (start == end)
        return refuse(p, "an empty item");
    if (p->item_count == RLS_SYNONYM_ITEMS_MAX)
        return refuse(p, "more than 64 items");
    copy = rls_arena_copy(&p->synonyms->arena, p->text.data + start, end - start);
    if (copy == NULL)
        return no_memory(p->err);
    item.data = (const uint8_t *)copy;
    for (size_t i = 0; i < end - start; i++) {
        bool space = is_space((uint8_t)copy[i]);
        if (space && is_space(item.data[item.size - 1]))
            continue;
        copy[item.size++] = space ? ' ' : copy[i];
    }
    p->items[p->item_count++] = item;
    return RLS_OK;
}

/* The rule for item `number`: its alternatives are items [from, to) but itself. */
static rls_status
add_rule(parser *p, uint32_t number, uint32_t from, uint32_t to)
{
    rls_synonym_rule rule = {0};
    rls_bytes       *alternatives =
        rls_arena_alloc(&p->synonyms->arena, (to - from) * sizeof *alternatives);
    rls_status status = take_words(p, p->items[number], &rule.words, &rule.word_count);

    if (status != RLS_OK)
        return status;
    if (alternatives == NULL)
        return no_memory(p->err);
    rule.alternatives = alternatives;
    for (uint32_t i = from; i < to; i++)
        if (i != number)
            alternatives[rule.alternative_count++] = p->items[i];
    rls_buffer_append(&p->synonyms->rules, &rule, sizeof rule);
    return p->synonyms->rules.failed ? no_memory(p->err) : RLS_OK;
}

static rls_status
settle_line(parser *p)
{
    uint32_t   count = p->left_count > 0 ? p->left_count : p->item_count;
    rls_status status = RLS_OK;

    if (p->item_count < 2)
        return refuse(p, "one item alone has no synonym");
    for (uint32_t i = 0; status == RLS_OK && i < count; i++)
        status = add_rule(p, i, p->left_count, p->item_count);
    for (uint32_t i = count; status == RLS_OK && i < p->item_count; i++) {
        const rls_bytes *words;
        uint32_t         word_count;
        status = take_words(p, p->items[i], &words, &word_count);
    }
    return status;
}

/* A line without its end, from line_start to `end`. */
static rls_status
take_line(parser *p, size_t end)
{
    size_t     start = p->line_start, at;
    rls_status status = RLS_OK;

    p->item_count = p->left_count = 0;
    for (at = start; at < end && p->text.data[at] != '#'; at++)
        continue;
    end = at;
    while (start < end && is_space(p->text.data[start]))
        start++;
    if (start == end)
        return RLS_OK;
    for (at = start; status == RLS_OK && at <= end; at++) {
        bool arrow = at + 1 < end && p->text.data[at] == '=' && p->text.data[at + 1] == '>';
        if (at < end && p->text.data[at] != ',' && !arrow)
            continue;
        status = take_item(p, start, at);
        if (arrow && status == RLS_OK) {
            if (p->left_count > 0)
                status = refuse(p, "a second =>");
            p->left_count = p->item_count;
            at++;
        }
        start = at + 1;
    }
    return status == RLS_OK ? settle_line(p) : status;
}

static rls_status
parse(parser *p)
{
    rls_status status = RLS_OK;

    while (status == RLS_OK && p->line_start < p->text.size) {
        const uint8_t *from = p->text.data + p->line_start;
        const uint8_t *newline = memchr(from, '\n', p->text.size - p->line_start);
        size_t         end = newline == NULL ? p->text.size : (size_t)(newline - p->text.data);
        if (++p->line > LINES_MAX)
            return refuse(p, "too many lines");
        status = take_line(p, end);
        p->line_start = end + 1;
    }
    return status;
}

static rls_status
new_synonyms(rls_synonyms **out_synonyms, rls_error *err)
{
    rls_heap     *heap = rls_heap_new(NULL, SIZE_MAX);
    rls_synonyms *synonyms = heap == NULL ? NULL : rls_alloc_zeroed(heap, 1, sizeof *synonyms);

    if (synonyms == NULL) {
        rls_heap_free(heap);
        return no_memory(err);
    }
    synonyms->heap = heap;
    rls_arena_init(&synonyms->arena, heap, ARENA_CHUNK);
    rls_buffer_init(&synonyms->rules, heap);
    synonyms->tables = rls_alloc_zeroed(heap, 1, sizeof *synonyms->tables);
    synonyms->mutex = rls_alloc_zeroed(heap, 1, sizeof *synonyms->mutex);
    if (synonyms->mutex != NULL && pthread_mutex_init(synonyms->mutex, NULL) != 0) {
        rls_free(heap, synonyms->mutex);
        synonyms->mutex = NULL;
    }
    *out_synonyms = synonyms;
    return synonyms->tables == NULL || synonyms->mutex == NULL ? no_memory(err) : RLS_OK;
}

static void
free_table(rls_heap *heap, rls_synonym_table *table)
{
    rls_hash_table_release(&table->keys);
    rls_free(heap, table->next);
    rls_free(heap, table);
}

void
rls_synonyms_close(rls_synonyms *synonyms)
{
    rls_heap *heap;

    if (synonyms == NULL)
        return;
    heap = synonyms->heap;
    for (rls_synonym_table *table = synonyms->tables == NULL ? NULL : *synonyms->tables;
         table != NULL;) {
        rls_synonym_table *following = table->following;
        free_table(heap, table);
        table = following;
    }
    if (synonyms->mutex != NULL)
        pthread_mutex_destroy(synonyms->mutex);
    rls_free(heap, synonyms->mutex);
    rls_free(heap, synonyms->tables);
    rls_buffer_release(&synonyms->rules);
    rls_arena_release(&synonyms->arena);
    rls_free(heap, synonyms);
    rls_heap_free(heap);
}

rls_status
rls_synonyms_parse(const char *text, size_t size, rls_synonyms **out_synonyms, rls_error *err)
{
    rls_synonyms *synonyms = NULL;
    parser       *p;
    rls_status    status;

    if (out_synonyms == NULL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%s: out_synonyms is NULL", __func__);
    *out_synonyms = NULL;
    if ((text == NULL && size > 0) || size > UINT32_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the text of synonyms is NULL or too long");
    status = new_synonyms(&synonyms, err);
    p = status == RLS_OK ? rls_alloc_zeroed(synonyms->heap, 1, sizeof *p) : NULL;
    if (status == RLS_OK && p == NULL)
        status = no_memory(err);
    if (status == RLS_OK) {
        *p = (parser){.synonyms = synonyms, .text = rls_bytes_of(text, size), .err = err};
        status = parse(p);
    }
    if (p != NULL)
        rls_free(synonyms->heap, p);
    if (status != RLS_OK) {
        rls_synonyms_close(synonyms);
        return status;
    }
    *out_synonyms = synonyms;
    return RLS_OK;
}

uint32_t
rls_synonyms_count(const rls_synonyms *synonyms)
{
    return synonyms == NULL ? 0 : (uint32_t)(synonyms->rules.size / sizeof(rls_synonym_rule));
}

/* --- tables --- */

static const rls_synonym_rule *
rule_at(const rls_synonyms *synonyms, uint32_t number)
{
    return (const rls_synonym_rule *)(const void *)synonyms->rules.data + number;
}

static void
put_key_part(rls_buffer *key, rls_bytes term)
{
    rls_buffer_append(key, term.data, term.size);
    rls_buffer_put_u8(key, 0);
}

static rls_status
add_to_table(rls_synonym_table *table, rls_analyzer *analyzer, uint32_t number, rls_buffer *key,
             rls_error *err)
{
    const rls_synonym_rule *rule = rule_at(table->synonyms, number);
    uint32_t               *last;
    bool                    inserted;

    rls_buffer_clear(key);
    for (uint32_t i = 0; i < rule->word_count; i++) {
        rls_bytes  term;
        rls_status status = rls_analyzer_term(analyzer, rule->words[i], &term, err);
        if (status != RLS_OK)
            return status;
        put_key_part(key, term);
    }
    if (key->failed)
        return no_memory(err);
    if (rule->word_count > table->longest)
        table->longest = rule->word_count;
    table->next[number] = NONE;
    last = rls_hash_table_insert(&table->keys, rls_buffer_bytes(key), number, &inserted, NULL);
    if (last == NULL)
        return no_memory(err);
    if (!inserted) { /* rules keep the order of their lines */
        uint32_t at = *last;
        while (table->next[at] != NONE)
            at = table->next[at];
        table->next[at] = number;
    }
    return RLS_OK;
}

static rls_status
make_table(const rls_synonyms *synonyms, rls_bytes language, rls_synonym_table **out_table,
           rls_error *err)
{
    uint32_t           count = rls_synonyms_count(synonyms);
    rls_synonym_table *table = rls_alloc_zeroed(synonyms->heap, 1, sizeof *table);
    rls_analyzer      *analyzer = NULL;
    rls_buffer         key;
    rls_status         status;

    if (table == NULL)
        return no_memory(err);
    table->synonyms = synonyms;
    table->language_size = language.size;
    memcpy(table->language, language.data, language.size);
    rls_hash_table_init(&table->keys, synonyms->heap);
    rls_buffer_init(&key, synonyms->heap);
    table->next = rls_alloc(synonyms->heap, count + (size_t)1, sizeof *table->next);
    status = table->next == NULL ? no_memory(err)
                                 : rls_analyzer_new(synonyms->heap, language, &analyzer, err);
    for (uint32_t i = 0; status == RLS_OK && i < count; i++)
        status = add_to_table(table, analyzer, i, &key, err);
    rls_buffer_release(&key);
    rls_analyzer_free(analyzer);
    if (status != RLS_OK) {
        free_table(synonyms->heap, table);
        return status;
    }
    *out_table = table;
    return RLS_OK;
}

rls_status
rls_synonyms_table(const rls_synonyms *synonyms, rls_bytes language,
                   const rls_synonym_table **out_table, rls_error *err)
{
    rls_synonym_table *table;
    rls_status         status = RLS_OK;

    *out_table = NULL;
    if (language.size > LANGUAGE_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no language has a name that long");
    pthread_mutex_lock(synonyms->mutex);
    for (table = *synonyms->tables; table != NULL; table = table->following)
        if (rls_bytes_compare(rls_bytes_of(table->language, table->language_size), language) == 0)
            break;
    if (table == NULL) {
        status = make_table(synonyms, language, &table, err);
        if (status == RLS_OK) {
            table->following = *synonyms->tables;
            *synonyms->tables = table;
        }
    }
    pthread_mutex_unlock(synonyms->mutex);
    *out_table = status == RLS_OK ? table : NULL;
    return status;
}

uint32_t
rls_synonym_table_longest(const rls_synonym_table *table)
{
    return table->longest;
}

const rls_synonym_rule *
rls_synonym_table_find(const rls_synonym_table *table, const rls_bytes *terms, uint32_t count,
                       rls_buffer *scratch)
{
    const uint32_t *number;

    if (count == 0 || count > table->longest)
        return NULL;
    rls_buffer_clear(scratch);
    for (uint32_t i = 0; i < count; i++)
        put_key_part(scratch, terms[i]);
    if (scratch->failed)
        return NULL;
    number = rls_hash_table_find(&table->keys, rls_buffer_bytes(scratch));
    return number == NULL ? NULL : rule_at(table->synonyms, *number);
}

const rls_synonym_rule *
rls_synonym_table_next(const rls_synonym_table *table, const rls_synonym_rule *rule)
{
    uint32_t number = (uint32_t)(rule - rule_at(table->synonyms, 0));

    return table->next[number] == NONE ? NULL : rule_at(table->synonyms, table->next[number]);
}
