/* Every construct of the query language against its meaning: documents are kept as arrays of
 * tokens, queries are trees made at random, printed as text for the search and walked as they are
 * for the truth, which knows no postings. Both scorers must find exactly the documents that the
 * truth finds, with the same scores, and what is marked in a text must match the query by itself.
 */
#include "search/fixture.h"

#include "base/random.h"
#include "search/naive_text.h"
#include "snippet/highlighter.h"
#include "support/edit_distance.h"

enum {
    DOCUMENT_COUNT = 70,
    CHILD_MAX = 4,
    QUERY_SIZE = 2048,
    NODE_MAX = 64
};

static const char *const words[] = {
    "munitions", "Munitions", "munition", "cluster",     "clusters", "Maori",    "M\u0101ori",
    "happy",     "happiness", "the",      "of",          "treaty",   "treaties", "oslo",
    "oslos",     "C++",       "don't",    "multi-agent", "agent",    "1,250"};
static const char *const people[] = {"Phil Goff", "Helen Clark", "Turia Phil"};

enum {
    WORD_COUNT = sizeof(words) / sizeof(*words),
    QUERY_WORDS = 15, /* the first of them, which are single words */
    PERSON_COUNT = 3
};

/* --- documents --- */

typedef struct model_document {
    fixture_document source;
    char             key[16], body[640], title[96], date[16];
    naive_text       text;
} model_document;

static void
random_text(rls_random *random, char *out, uint32_t most)
{
    *out = 0;
    for (uint32_t i = rls_random_below(random, most); i > 0; i--) {
        uint32_t a = rls_random_below(random, WORD_COUNT), b = rls_random_below(random, WORD_COUNT);
        strcat(out, words[a < b ? a : b]);
        strcat(out, rls_random_below(random, 5) ? " " : ". ");
    }
}

typedef enum field_number {
    BODY,
    MINISTERS,
    TITLE
} field_number;

static void
make_document(rls_analyzer *analyzer, rls_random *random, uint32_t i, model_document *d)
{
    uint32_t behind;

    snprintf(d->key, sizeof d->key, "%03u", (i * 37) % 101);
    random_text(random, d->body, 26);
    random_text(random, d->title, 5);
    snprintf(d->date, sizeof d->date, "20%02u-0%u-11", i % 12, 1 + i % 9);
    d->source = (fixture_document){.key = d->key,
                                   .body = d->body,
                                   .title = d->title,
                                   .date = d->date,
                                   .deleted = rls_random_below(random, 6) == 0};
    d->source.ministers[0] = people[i % PERSON_COUNT];
    if (i % 4 == 0)
        d->source.ministers[1] = people[(i + 1) % PERSON_COUNT];
    naive_text_add(&d->text, analyzer, BODY, fixture_text(d->body), 0);
    behind = naive_text_add(&d->text, analyzer, MINISTERS, fixture_text(d->source.ministers[0]), 0);
    if (i % 4 == 0)
        naive_text_add(&d->text, analyzer, MINISTERS, fixture_text(d->source.ministers[1]),
                       behind + 8);
    naive_text_add(&d->text, analyzer, TITLE, fixture_text(d->title), 0);
}

/* --- queries --- */

typedef enum node_kind {
    WORD, /* any inflection */
    WRITTEN,
    EXACT,
    PHRASE,
    PHRASE_STEMS,
    SLOP,
    PREFIX,
    WILDCARD,
    REGEX,
    FUZZY,
    NEAR,
    ORDERED_NEAR,
    MINISTER,
    MINISTER_WILD,
    YEARS,
    EVERYTHING,
    LEAF_KINDS,
    AND = LEAF_KINDS,
    OR,
    NOT,
    BAG
} node_kind;

typedef enum role {
    PLAIN,
    MUST,
    MUST_NOT
} role;

typedef struct node node;

struct node {
    node_kind   kind;
    role        role;
    bool        in_title;
    uint32_t    number;  /* distance, edits, person, first year */
    uint32_t    number2; /* last year */
    uint32_t    word_count;
    naive_token words[3];
    const char *surfaces[3];
    char        pattern[NAIVE_WORD_SIZE];
    uint32_t    child_count;
    node       *children[CHILD_MAX];
};

typedef struct maker {
    rls_random   *random;
    rls_analyzer *analyzer;
    node          nodes[NODE_MAX];
    uint32_t      count;
} maker;

static uint32_t
below(maker *m, uint32_t bound)
{
    return rls_random_below(m->random, bound);
}

static node *
new_node(maker *m, node_kind kind)
{
    node *made = &m->nodes[m->count++];

    CHECK(m->count <= NODE_MAX);
    memset(made, 0, sizeof *made);
    made->kind = kind;
    return made;
}

static void
choose_words(maker *m, node *n, uint32_t count)
{
    n->word_count = count;
    for (uint32_t i = 0; i < count; i++) {
        n->surfaces[i] = words[below(m, QUERY_WORDS)];
        naive_analyze(m->analyzer, fixture_text(n->surfaces[i]), &n->words[i]);
    }
}

static void
choose_pattern(maker *m, node *n)
{
    static const char *const wild[] = {"*s",    "m?ni*", "?a*", "*e?*",    "*-*",  "c?us*er*",
                                       "o*l?o", "t*y",   "?*",  "*i?i?n*", "1?25*"};
    static const char *const regexes[] = {"clust(er|ers)", "[a-m].*", "t.{1,4}y",
                                          "(mun|tre).+",   "o?slos?", "[^aeiou]{2}.*",
                                          ".*\\d.*",       "MAORI",   "(h|m)a.+(i|s{1,2})?"};
    const char              *word = words[below(m, QUERY_WORDS)];
    naive_token              t;

    naive_analyze(m->analyzer, fixture_text(word), &t);
    if (n->kind == WILDCARD) {
        strcpy(n->pattern, wild[below(m, sizeof wild / sizeof *wild)]);
    } else if (n->kind == REGEX) {
        strcpy(n->pattern, regexes[below(m, sizeof regexes / sizeof *regexes)]);
    } else {
        size_t size = strlen(t.folded);
        strcpy(n->pattern, t.folded);
        if (n->kind == PREFIX) {
            n->pattern[1 + below(m, (uint32_t)size)] = 0;
        } else {
            n->pattern[below(m, (uint32_t)size)] = (char)('a' + below(m, 20));
            n->number = below(m, 3);
        }
    }
}

/* A word, a phrase, a pattern, or two words of which either will do. */
static node *
make_operand(maker *m)
{
    static const node_kind kinds[] = {WORD, WORD, WRITTEN, EXACT, PHRASE, PREFIX, FUZZY, OR};
    node                  *made = new_node(m, kinds[below(m, 8)]);

    if (made->kind == OR) {
        for (int i = 0; i < 2; i++) {
            node *child = new_node(m, i == 0 ? WORD : PHRASE_STEMS);
            choose_words(m, child, i == 0 ? 1 : 2);
            made->children[made->child_count++] = child;
        }
    } else if (made->kind == PREFIX || made->kind == FUZZY) {
        choose_pattern(m, made);
    } else {
        choose_words(m, made, made->kind == PHRASE ? 2 : 1);
    }
    return made;
}

static node *
make_leaf(maker *m)
{
    node *made = new_node(m, (node_kind)below(m, LEAF_KINDS));

    made->in_title = made->kind <= FUZZY && made->kind != EXACT && below(m, 5) == 0;
    switch (made->kind) {
    case PHRASE:
    case PHRASE_STEMS:
    case SLOP:
        choose_words(m, made, 2 + below(m, 2));
        made->number = made->kind == SLOP ? 1 + below(m, 3) : 0;
        break;
    case PREFIX:
    case WILDCARD:
    case REGEX:
    case FUZZY:
        choose_pattern(m, made);
        break;
    case NEAR:
    case ORDERED_NEAR:
        made->number = below(m, 4);
        for (uint32_t i = 2 + below(m, 2); i > 0; i--)
            made->children[made->child_count++] = make_operand(m);
        break;
    case MINISTER:
        made->number = below(m, PERSON_COUNT);
        break;
    case MINISTER_WILD:
        strcpy(made->pattern, below(m, 2) ? "*phil" : "h?l*k");
        break;
    case YEARS:
        made->number = 2000 + below(m, 12);
        made->number2 = made->number + below(m, 4);
        break;
    case EVERYTHING:
        break;
    default:
        choose_words(m, made, 1);
        break;
    }
    return made;
}

static node *
make_tree(maker *m, int depth)
{
    static const node_kind groups[] = {AND, OR, BAG, BAG, NOT};
    node                  *made;

    if (depth == 0 || below(m, 3) == 0)
        return make_leaf(m);
    made = new_node(m, groups[below(m, 5)]);
    made->child_count = made->kind == NOT ? 1 : 2 + below(m, 2);
    for (uint32_t i = 0; i < made->child_count; i++) {
        node *child = made->children[i] = make_tree(m, depth - 1);
        if (made->kind == BAG && below(m, 3) == 0)
            child->role = below(m, 2) ? MUST : MUST_NOT;
        if (made->kind == BAG && child->kind == EVERYTHING) {
            /* What a star is beside words is told elsewhere. */
            child->kind = YEARS;
            child->number = 2003;
            child->number2 = 2008;
        }
    }
    return made;
}

static char *
put(char *at, const char *text)
{
    size_t size = strlen(text);

    memcpy(at, text, size + 1);
    return at + size;
}

static char *
put_words(char *at, const node *n)
{
    at = put(at, "\"");
    for (uint32_t i = 0; i < n->word_count; i++) {
        at = put(at, i > 0 ? " " : "");
        at = put(at, n->surfaces[i]);
    }
    return put(at, "\"");
}

static char *
print(char *at, const node *n)
{
    static const char *const between[] = {[AND - LEAF_KINDS] = " AND ",
                                          [OR - LEAF_KINDS] = " OR ",
                                          [NOT - LEAF_KINDS] = "",
                                          [BAG - LEAF_KINDS] = " "};

    at = put(at, n->role == MUST ? "+" : n->role == MUST_NOT ? "-" : "");
    at = put(at, n->in_title ? "title:" : "");
    switch (n->kind) {
    case WORD:
        return put(at, n->surfaces[0]);
    case WRITTEN:
    case PHRASE:
        return put_words(at, n);
    case EXACT:
        return at + sprintf(at, "=%s", n->surfaces[0]);
    case PHRASE_STEMS:
        return put(put_words(at, n), "~");
    case SLOP:
        at = put_words(at, n);
        return at + sprintf(at, "~%u", n->number);
    case PREFIX:
        return at + sprintf(at, "%s*", n->pattern);
    case WILDCARD:
        return put(at, n->pattern);
    case REGEX:
        return at + sprintf(at, "/%s/", n->pattern);
    case FUZZY:
        return at + (n->number == 1 ? sprintf(at, "%s~", n->pattern)
                                    : sprintf(at, "%s~%u", n->pattern, n->number));
    case MINISTER:
        return at + sprintf(at, "ministers:\"%s\"", people[n->number]);
    case MINISTER_WILD:
        return at + sprintf(at, "ministers:%s", n->pattern);
    case YEARS:
        return at + sprintf(at, "date:%u..%u", n->number, n->number2);
    case EVERYTHING:
        return put(at, "*");
    default:
        break;
    }
    at = put(at, n->kind == NOT ? "(NOT " : "(");
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (i > 0 && n->kind < LEAF_KINDS)
            at += sprintf(at, " %sNEAR/%u ", n->kind == ORDERED_NEAR ? "O" : "", n->number);
        else if (i > 0)
            at = put(at, between[n->kind - LEAF_KINDS]);
        at = print(at, n->children[i]);
    }
    return put(at, ")");
}

/* --- what they mean --- */

static bool
wild(const char *pattern, const char *word)
{
    if (*pattern == '*')
        return wild(pattern + 1, word) || (*word != 0 && wild(pattern, word + 1));
    if (*pattern == 0 || *word == 0)
        return *pattern == *word;
    return (*pattern == '?' || *pattern == *word) && wild(pattern + 1, word + 1);
}

/* The regular expressions of choose_pattern, by other means. */
static bool
regex(const char *pattern, const char *word)
{
    size_t size = strlen(word);

    if (strcmp(pattern, "clust(er|ers)") == 0)
        return strcmp(word, "cluster") == 0 || strcmp(word, "clusters") == 0;
    if (strcmp(pattern, "[a-m].*") == 0)
        return word[0] >= 'a' && word[0] <= 'm';
    if (strcmp(pattern, "t.{1,4}y") == 0)
        return size >= 3 && size <= 6 && word[0] == 't' && word[size - 1] == 'y';
    if (strcmp(pattern, "(mun|tre).+") == 0)
        return size > 3 && (strncmp(word, "mun", 3) == 0 || strncmp(word, "tre", 3) == 0);
    if (strcmp(pattern, "o?slos?") == 0)
        return strcmp(word, "oslo") == 0 || strcmp(word, "oslos") == 0;
    if (strcmp(pattern, "[^aeiou]{2}.*") == 0)
        return size >= 2 && strcspn(word, "aeiou") >= 2;
    if (strcmp(pattern, ".*\\d.*") == 0)
        return strpbrk(word, "0123456789") != NULL;
    if (strcmp(pattern, "MAORI") == 0)
        return strcmp(word, "maori") == 0;
    return size >= 3 && (word[0] == 'h' || word[0] == 'm') && word[1] == 'a';
}

/* Whether token `t` may stand for word `i` of the leaf. */
static bool
is_word(const node *n, uint32_t i, const naive_token *t)
{
    switch (n->kind) {
    case WORD:
    case PHRASE_STEMS:
    case SLOP:
        return strcmp(t->term, n->words[i].term) == 0;
    case WRITTEN:
    case PHRASE:
        return strcmp(t->term, n->words[i].term) == 0 && naive_is_written(&n->words[i], t);
    case EXACT:
        return strcmp(t->term, n->words[i].term) == 0 && strcmp(t->form, n->words[i].form) == 0;
    case PREFIX:
        return strncmp(t->folded, n->pattern, strlen(n->pattern)) == 0;
    case WILDCARD:
        return wild(n->pattern, t->folded);
    case REGEX:
        return regex(n->pattern, t->folded);
    case FUZZY:
        return edit_distance(n->pattern, t->folded) <= n->number;
    default:
        return false;
    }
}

/* Whether word `i` stands at the position. */
static bool
stands_at(const node *n, uint32_t i, const naive_text *list, uint32_t field, uint32_t position)
{
    for (uint32_t t = 0; t < list->count; t++)
        if (list->tokens[t].field == field && list->tokens[t].position == position &&
            is_word(n, i, &list->tokens[t]))
            return true;
    return false;
}

/* Words or phrases of an operand, side by side, from the position on: their number, or 0. */
static uint32_t
operand_at(const node *n, const naive_text *list, uint32_t field, uint32_t position)
{
    uint32_t count = n->word_count > 0 ? n->word_count : 1;

    for (uint32_t i = 0; i < count; i++)
        if (!stands_at(n, i, list, field, position + i))
            return 0;
    return count;
}

static uint32_t
least_length(const node *n)
{
    uint32_t least = n->word_count > 0 ? n->word_count : 1;

    for (uint32_t i = 0; i < n->child_count; i++)
        if (i == 0 || least_length(n->children[i]) < least)
            least = least_length(n->children[i]);
    return least;
}

/* Tries every choice of places for the operands from `at` on. */
static bool
try_near(const node *n, const naive_text *list, uint32_t field, uint32_t last, uint32_t at,
         uint32_t begins[CHILD_MAX], uint32_t ends[CHILD_MAX])
{
    const node *operand;

    if (at == n->child_count || at == CHILD_MAX) {
        uint32_t first = UINT32_MAX, behind = 0, own = 0;
        for (uint32_t i = 0; i < at; i++) {
            first = begins[i] < first ? begins[i] : first;
            behind = ends[i] > behind ? ends[i] : behind;
            own += least_length(n->children[i]);
        }
        return behind - first <= n->number + own;
    }
    operand = n->children[at];
    for (uint32_t position = 0; position <= last; position++) {
        for (uint32_t c = 0; c < (operand->kind == OR ? operand->child_count : 1); c++) {
            const node *one = operand->kind == OR ? operand->children[c] : operand;
            uint32_t    size = operand_at(one, list, field, position);
            bool        free = size > 0;
            for (uint32_t i = 0; i < at && free; i++) {
                free = position >= ends[i] || position + size <= begins[i];
                if (n->kind == ORDERED_NEAR)
                    free = free && position >= ends[i];
            }
            begins[at] = position;
            ends[at] = position + size;
            if (free && try_near(n, list, field, last, at + 1, begins, ends))
                return true;
        }
    }
    return false;
}

/* Tries every choice of positions for the words from `at` on. */
static bool
try_moved(const node *n, const naive_text *list, uint32_t field, uint32_t last, uint32_t at,
          uint32_t chosen[CHILD_MAX])
{
    if (at == n->word_count || at == CHILD_MAX) {
        int least = INT32_MAX, greatest = INT32_MIN;
        for (uint32_t i = 0; i < at; i++) {
            int moved = (int)chosen[i] - (int)i;
            least = moved < least ? moved : least;
            greatest = moved > greatest ? moved : greatest;
        }
        return greatest - least <= (int)n->number;
    }
    for (uint32_t position = 0; position <= last; position++) {
        bool free = stands_at(n, at, list, field, position);
        for (uint32_t i = 0; i < at && free; i++)
            free = chosen[i] != position || strcmp(n->words[i].term, n->words[at].term) != 0;
        chosen[at] = position;
        if (free && try_moved(n, list, field, last, at + 1, chosen))
            return true;
    }
    return false;
}

static bool
matches_text(const node *n, const naive_text *list)
{
    for (uint32_t field = BODY; field <= TITLE; field++) {
        uint32_t last = 0, begins[CHILD_MAX], ends[CHILD_MAX];
        if (n->in_title && field != TITLE)
            continue;
        for (uint32_t i = 0; i < list->count; i++)
            if (list->tokens[i].field == field && list->tokens[i].position > last)
                last = list->tokens[i].position;
        if (n->kind == NEAR || n->kind == ORDERED_NEAR) {
            if (try_near(n, list, field, last, 0, begins, ends))
                return true;
        } else if (n->kind == SLOP) {
            if (try_moved(n, list, field, last, 0, begins))
                return true;
        } else {
            for (uint32_t position = 0; position <= last; position++)
                if (operand_at(n, list, field, position) > 0)
                    return true;
        }
    }
    return false;
}

static bool
is_filter(const node *n)
{
    if (n->kind < LEAF_KINDS)
        return n->kind == MINISTER || n->kind == MINISTER_WILD || n->kind == YEARS;
    if (n->kind == NOT)
        return true;
    for (uint32_t i = 0; i < n->child_count; i++)
        if (!is_filter(n->children[i]) && (n->kind != BAG || n->children[i]->role != MUST_NOT))
            return false;
    return true;
}

static bool matches(const node *n, const model_document *d, bool every);

static bool
matches_bag(const node *n, const model_document *d, bool every)
{
    bool has_wish = false, has_word = false, any = false;

    for (uint32_t i = 0; i < n->child_count; i++) {
        const node *child = n->children[i];
        bool        met = matches(child, d, every);
        bool must = child->role == MUST || (child->role == PLAIN && (is_filter(child) || every));
        if (child->role == MUST_NOT ? met : must && !met)
            return false;
        if (child->role == MUST_NOT)
            continue;
        has_word = has_word || (must && !is_filter(child));
        has_wish = has_wish || !must;
        any = any || (!must && met);
    }
    return !has_wish || has_word || any;
}

static bool
matches(const node *n, const model_document *d, bool every)
{
    bool met = n->kind == AND;

    switch (n->kind) {
    case MINISTER:
    case MINISTER_WILD:
        for (int i = 0; i < FIXTURE_LIST_MAX && d->source.ministers[i] != NULL; i++) {
            char folded[NAIVE_WORD_SIZE];
            snprintf(folded, sizeof folded, "%s", d->source.ministers[i]);
            for (char *at = folded; *at != 0; at++)
                *at |= 0x20;
            met =
                met || (n->kind == MINISTER ? strcmp(d->source.ministers[i], people[n->number]) == 0
                                            : wild(n->pattern, folded));
        }
        for (uint32_t t = 0; n->kind == MINISTER_WILD && t < d->text.count; t++)
            met = met || (d->text.tokens[t].field == MINISTERS &&
                          wild(n->pattern, d->text.tokens[t].folded));
        return met;
    case YEARS:
        return (uint32_t)atoi(d->date) >= n->number && (uint32_t)atoi(d->date) <= n->number2;
    case EVERYTHING:
        return true;
    case NOT:
        return !matches(n->children[0], d, every);
    case BAG:
        return matches_bag(n, d, every);
    case AND:
    case OR:
        for (uint32_t i = 0; i < n->child_count; i++) {
            bool one = matches(n->children[i], d, every);
            met = n->kind == AND ? met && one : met || one;
        }
        return met;
    default:
        return matches_text(n, &d->text);
    }
}

/* --- the comparison --- */

/* Every span of a leaf in the body matches the leaf by itself, and there is one if it matches
 * there.
 */
static void
check_spans(maker *m, fixture *f, const node *n, const char *text, const rls_results *results,
            const model_document *d)
{
    rls_buffer  spans;
    naive_text *list = calloc(1, sizeof *list);
    bool        in_body;

    rls_buffer_init(&spans, &f->heap);
    CHECK_OK(rls_highlighter_find(&f->heap, m->analyzer, results->leaves, results->leaf_count,
                                  rls_bytes_of("body", 4), fixture_text(d->body), &spans, NULL));
    for (size_t i = 0; i < spans.size / sizeof(rls_mark_span); i++) {
        const rls_mark_span *span = (const rls_mark_span *)(const void *)spans.data + i;
        list->count = 0;
        naive_text_add(list, m->analyzer, BODY,
                       rls_bytes_of(d->body + span->start, span->end - span->start), 0);
        if (!matches_text(n, list))
            rls_test_fail(__FILE__, __LINE__, "%s: marks \"%.*s\" in \"%s\"", text,
                          (int)(span->end - span->start), d->body + span->start, d->body);
    }
    list->count = 0;
    naive_text_add(list, m->analyzer, BODY, fixture_text(d->body), 0);
    in_body = !n->in_title && matches_text(n, list);
    if (in_body != (spans.size > 0))
        rls_test_fail(__FILE__, __LINE__, "%s: %s marked in \"%s\"", text,
                      in_body ? "nothing" : "something", d->body);
    rls_buffer_release(&spans);
    free(list);
}

static void
check_query(maker *m, fixture *f, const model_document *documents, const node *root)
{
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results[2];
    bool               found[DOCUMENT_COUNT] = {false}, every = below(m, 2) == 0;
    bool               is_text = root->kind < MINISTER;
    char               text[QUERY_SIZE];

    print(text, root);
    CHECK(strlen(text) < sizeof text);
    request.mode = every ? RLS_MATCH_ALL : RLS_MATCH_ANY;
    request.limit = DOCUMENT_COUNT;
    for (int i = 0; i < 2; i++) {
        request.evaluation = i == 0 ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
        CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results[i], NULL));
        if (results[i]->note_count > 0)
            rls_test_fail(__FILE__, __LINE__, "%s: %s", text, results[i]->notes[0].message);
    }
    for (uint32_t i = 0; i < results[0]->count; i++)
        found[fixture_number(f, &results[0]->items[i])] = true;
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        bool wanted = !documents[i].source.deleted && matches(root, &documents[i], every);
        if (found[i] != wanted)
            rls_test_fail(__FILE__, __LINE__, "%s (%s): %s \"%s\" \"%s\" %s", text,
                          every ? "all" : "any", wanted ? "misses" : "finds", documents[i].title,
                          documents[i].body, documents[i].date);
        if (wanted && is_text)
            check_spans(m, f, root, text, results[0], &documents[i]);
    }
    CHECK_EQ_U64(results[0]->total, results[0]->count);
    CHECK_EQ_U64(results[0]->count, results[1]->count);
    for (uint32_t i = 0; i < results[0]->count; i++)
        if (results[0]->items[i].doc != results[1]->items[i].doc ||
            results[0]->items[i].segment != results[1]->items[i].segment ||
            results[0]->items[i].score != results[1]->items[i].score)
            rls_test_fail(__FILE__, __LINE__, "%s: hit %u differs", text, i);
    rls_results_free(results[0]);
    rls_results_free(results[1]);
}

static void
check_split(rls_random *random, uint32_t first, uint32_t second, uint32_t queries)
{
    uint32_t          splits[3] = {first, second, DOCUMENT_COUNT - first - second};
    model_document   *documents = calloc(DOCUMENT_COUNT, sizeof *documents);
    fixture_document *sources = calloc(DOCUMENT_COUNT, sizeof *sources);
    maker            *m = calloc(1, sizeof *m);
    rls_heap          heap;
    fixture           f;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    m->random = random;
    CHECK_OK(rls_analyzer_new(&heap, rls_bytes_of("english", 7), &m->analyzer, NULL));
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        make_document(m->analyzer, random, i, &documents[i]);
        sources[i] = documents[i].source;
    }
    fixture_open(&f, sources, splits, 3);
    for (uint32_t q = 0; q < queries; q++) {
        m->count = 0;
        check_query(m, &f, documents, make_tree(m, q % 3 == 0 ? 0 : 2));
    }
    fixture_close(&f);
    rls_analyzer_free(m->analyzer);
    free(m);
    free(sources);
    free(documents);
}

TEST(every_construct_finds_what_it_means)
{
    rls_random random = {rls_test_seed()};

    check_split(&random, DOCUMENT_COUNT, 0, 220);
    check_split(&random, 30, 25, 220);
    check_split(&random, 1, 1, 60);
}
