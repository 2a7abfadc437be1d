#include "differential_model.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    uint32_t    family; /* words of one family are inflections of each other */
} vocabulary[] = {
    {"treaty", 0},     {"treaties", 0},  {"munition", 1},  {"munitions", 1}, {"cluster", 2},
    {"clusters", 2},   {"clustered", 2}, {"oslo", 3},      {"health", 4},    {"healthy", 5},
    {"sign", 6},       {"signs", 6},     {"signed", 6},    {"board", 7},     {"boards", 7},
    {"rain", 8},       {"disarm", 9},    {"disarming", 9}, {"ship", 10},     {"ships", 10},
    {"shipping", 10},  {"harbour", 11},  {"harbours", 11}, {"winter", 12},   {"bridge", 13},
    {"bridges", 13},   {"grain", 14},    {"train", 15},    {"trains", 15},   {"mountain", 16},
    {"mountains", 16}, {"kiwi", 17},     {"signal", 18},   {"shipment", 19}, {"clue", 20},
};

static const char *const ministers[NAIVE_MINISTERS] = {"Anna Zed", "Berta Quill", "Carl Yak"};

enum {
    WORDS = sizeof vocabulary / sizeof *vocabulary,
    DEPTH_MAX = 3
};

/* Few words are frequent, many rare. */
static uint8_t
any_word(rls_random *random)
{
    uint32_t below = 1 + rls_random_below(random, WORDS);

    return (uint8_t)rls_random_below(random, below);
}

void
naive_document_new(naive_document *document, rls_random *random)
{
    memset(document, 0, sizeof *document);
    document->body_count = (uint8_t)(1 + rls_random_below(random, NAIVE_BODY_MAX));
    document->title_count = (uint8_t)rls_random_below(random, NAIVE_TITLE_MAX + 1);
    for (uint32_t i = 0; i < document->body_count; i++)
        document->body[i] = any_word(random);
    for (uint32_t i = 0; i < document->title_count; i++)
        document->title[i] = any_word(random);
    document->ministers = (uint8_t)rls_random_below(random, 1 << NAIVE_MINISTERS);
    if (rls_random_below(random, 5) == 0)
        return;
    document->year = NAIVE_FIRST_YEAR + (int)rls_random_below(random, NAIVE_YEARS);
    document->month = (uint8_t)(1 + rls_random_below(random, 12));
    document->day = (uint8_t)(1 + rls_random_below(random, 28));
}

void
naive_key(uint32_t number, char out[NAIVE_KEY_SIZE])
{
    snprintf(out, NAIVE_KEY_SIZE, "k%03u", number % 1000);
}

const char *
naive_minister(uint32_t number)
{
    return ministers[number];
}

void
naive_words(const uint8_t *words, uint32_t count, char out[NAIVE_TEXT_SIZE])
{
    size_t size = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < count; i++)
        size += (size_t)snprintf(out + size, NAIVE_TEXT_SIZE - size, "%s%s", i == 0 ? "" : " ",
                                 vocabulary[words[i]].word);
}

void
naive_date(const naive_document *document, char out[NAIVE_TEXT_SIZE])
{
    snprintf(out, NAIVE_TEXT_SIZE, "%04d-%02u-%02u", document->year, document->month,
             document->day);
}

uint64_t
naive_live(const naive_index *index)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < NAIVE_DOCUMENTS; i++)
        count += index->documents[i].body_count > 0;
    return count;
}

static void
append(naive_query *query, const char *text)
{
    size_t size = strlen(query->text);

    snprintf(query->text + size, NAIVE_TEXT_SIZE - size, "%s", text);
}

static uint32_t new_node(naive_query *query, rls_random *random, uint32_t depth);

static void
new_operator(naive_query *query, naive_node *node, rls_random *random, uint32_t depth)
{
    static const char *const names[] = {" AND ", " OR ", " AND NOT "};

    node->kind = (naive_kind)rls_random_below(random, 3);
    append(query, "(");
    node->left = new_node(query, random, depth + 1);
    append(query, names[node->kind]);
    node->right = new_node(query, random, depth + 1);
    append(query, ")");
}

static void
new_leaf(naive_query *query, naive_node *node, rls_random *random)
{
    const char *left, *right;
    char        text[64];

    node->kind = (naive_kind)(NAIVE_WORD + rls_random_below(random, 6));
    node->left = any_word(random);
    node->right = any_word(random);
    left = vocabulary[node->left].word;
    right = vocabulary[node->right].word;
    node->letters = 2 + rls_random_below(random, (uint32_t)strlen(left) - 1);
    switch (node->kind) {
    case NAIVE_TITLE_WORD:
        snprintf(text, sizeof text, "title:%s", left);
        break;
    case NAIVE_EXACT:
        snprintf(text, sizeof text, "=%s", left);
        break;
    case NAIVE_PHRASE:
        snprintf(text, sizeof text, "\"%s %s\"", left, right);
        break;
    case NAIVE_STEMMED_PHRASE:
        snprintf(text, sizeof text, "\"%s %s\"~", left, right);
        break;
    case NAIVE_PREFIX:
        snprintf(text, sizeof text, "%.*s*", (int)node->letters, left);
        break;
    default:
        snprintf(text, sizeof text, "%s", left);
        break;
    }
    append(query, text);
}

static uint32_t
new_node(naive_query *query, rls_random *random, uint32_t depth)
{
    uint32_t number = query->node_count++;

    if (depth < DEPTH_MAX && rls_random_below(random, 2) == 0)
        new_operator(query, &query->nodes[number], random, depth);
    else
        new_leaf(query, &query->nodes[number], random);
    return number;
}

void
naive_query_new(naive_query *query, rls_random *random)
{
    char text[64];

    memset(query, 0, sizeof *query);
    query->minister = -1;
    if (rls_random_below(random, 20) == 0)
        append(query, "*");
    else
        new_node(query, random, 0);
    if (rls_random_below(random, 4) == 0) {
        query->minister = (int)rls_random_below(random, NAIVE_MINISTERS);
        snprintf(text, sizeof text, " ministers:\"%s\"", ministers[query->minister]);
        append(query, text);
    }
    if (rls_random_below(random, 4) == 0) {
        query->from = NAIVE_FIRST_YEAR + (int)rls_random_below(random, NAIVE_YEARS);
        query->to = query->from + (int)rls_random_below(random, 3);
        snprintf(text, sizeof text, " date:%d..%d", query->from, query->to);
        append(query, text);
    }
}

static bool
is_family(uint32_t left, uint32_t right)
{
    return vocabulary[left].family == vocabulary[right].family;
}

static bool
leaf_is_at(const naive_node *node, const uint8_t *words, uint32_t count, uint32_t at)
{
    bool has_next = at + 1 < count;

    switch (node->kind) {
    case NAIVE_WORD:
    case NAIVE_TITLE_WORD:
        return is_family(words[at], node->left);
    case NAIVE_EXACT:
        return words[at] == node->left;
    case NAIVE_PHRASE:
        return has_next && words[at] == node->left && words[at + 1] == node->right;
    case NAIVE_STEMMED_PHRASE:
        return has_next && is_family(words[at], node->left) &&
               is_family(words[at + 1], node->right);
    default:
        return strncmp(vocabulary[words[at]].word, vocabulary[node->left].word, node->letters) == 0;
    }
}

static bool
leaf_matches(const naive_node *node, const naive_document *document)
{
    for (uint32_t i = 0; i < document->title_count; i++)
        if (leaf_is_at(node, document->title, document->title_count, i))
            return true;
    for (uint32_t i = 0; i < document->body_count && node->kind != NAIVE_TITLE_WORD; i++)
        if (leaf_is_at(node, document->body, document->body_count, i))
            return true;
    return false;
}

static bool
node_matches(const naive_query *query, uint32_t number, const naive_document *document)
{
    const naive_node *node = &query->nodes[number];
    bool              left;

    if (node->kind >= NAIVE_WORD)
        return leaf_matches(node, document);
    left = node_matches(query, node->left, document);
    switch (node->kind) {
    case NAIVE_AND:
        return left && node_matches(query, node->right, document);
    case NAIVE_OR:
        return left || node_matches(query, node->right, document);
    default:
        return left && !node_matches(query, node->right, document);
    }
}

bool
naive_matches(const naive_query *query, const naive_document *document)
{
    if (document->body_count == 0)
        return false;
    if (query->minister >= 0 && (document->ministers >> query->minister & 1) == 0)
        return false;
    if (query->from != 0 && (document->year < query->from || document->year > query->to))
        return false;
    return query->node_count == 0 || node_matches(query, 0, document);
}

static int
date_of(const naive_document *document)
{
    return (document->year * 100 + document->month) * 100 + document->day;
}

static bool
comes_before(const naive_document *left, const naive_document *right, bool descending)
{
    if (left->year == 0 || right->year == 0)
        return left->year != 0 && right->year == 0;
    return descending ? date_of(left) > date_of(right) : date_of(left) < date_of(right);
}

uint32_t
naive_by_date(const naive_query *query, const naive_index *index, bool descending,
              uint32_t out[NAIVE_DOCUMENTS])
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < NAIVE_DOCUMENTS; i++) {
        uint32_t at = count;
        if (!naive_matches(query, &index->documents[i]))
            continue;
        for (count++; at > 0 && comes_before(&index->documents[i], &index->documents[out[at - 1]],
                                             descending);
             at--)
            out[at] = out[at - 1];
        out[at] = i;
    }
    return count;
}

void
naive_count(const naive_query *query, const naive_index *index,
            uint64_t of_ministers[NAIVE_MINISTERS], uint64_t of_years[NAIVE_YEARS])
{
    memset(of_ministers, 0, NAIVE_MINISTERS * sizeof *of_ministers);
    memset(of_years, 0, NAIVE_YEARS * sizeof *of_years);
    for (uint32_t i = 0; i < NAIVE_DOCUMENTS; i++) {
        const naive_document *document = &index->documents[i];
        if (!naive_matches(query, document))
            continue;
        for (uint32_t m = 0; m < NAIVE_MINISTERS; m++)
            of_ministers[m] += document->ministers >> m & 1;
        if (document->year != 0)
            of_years[document->year - NAIVE_FIRST_YEAR]++;
    }
}
