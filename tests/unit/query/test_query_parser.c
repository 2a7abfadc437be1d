#include "query/query.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/random.h"
#include "support/heap_faulty.h"
#include "support/runner.h"

static void
print_boost(rls_buffer *out, const rls_query_node *node)
{
    char number[32];

    if (node->boost == 1.0f)
        return;
    snprintf(number, sizeof number, "^%g", (double)node->boost);
    rls_buffer_append(out, number, strlen(number));
}

/* The tree as text: (bag a +b -c), (and …), (or …), (not x), w*, "phrase"~, field>=value. */
static void
print(rls_buffer *out, const rls_query_node *node)
{
    static const char *const names[] = {[RLS_NODE_BAG] = "(bag",
                                        [RLS_NODE_AND] = "(and",
                                        [RLS_NODE_OR] = "(or",
                                        [RLS_NODE_NEAR] = "(near",
                                        [RLS_NODE_NOT] = "(not"};
    static const char *const signs[] = {"", "+", "-"};
    static const char *const ops[] = {":", "<", "<=", ">", ">=", ":"};
    const char              *quote = node->quoted ? "\"" : "";
    char                     number[32];

#define PUT(string) rls_buffer_append(out, string, strlen(string))
    PUT(signs[node->occur]);
    if (node->kind >= RLS_NODE_BAG) {
        PUT(names[node->kind]);
        for (const rls_query_node *child = node->first_child; child; child = child->next) {
            PUT(" ");
            print(out, child);
        }
        PUT(")");
        if (node->kind == RLS_NODE_NEAR) {
            snprintf(number, sizeof number, "%s%u", node->ordered ? ">" : "", node->distance);
            PUT(number);
        }
        print_boost(out, node);
        return;
    }
    if (node->kind == RLS_NODE_ALL) {
        PUT("ALL");
        return;
    }
    if (node->field.size > 0) {
        rls_buffer_append(out, node->field.data, node->field.size);
        PUT(ops[node->op]);
    }
    if (node->exact)
        PUT("=");
    PUT(quote);
    rls_buffer_append(out, node->text.data, node->text.size);
    PUT(quote);
    if (node->op == RLS_COMPARE_RANGE) {
        PUT("..");
        rls_buffer_append(out, node->text_to.data, node->text_to.size);
    }
    if (node->stems)
        PUT("~");
    if (node->kind == RLS_NODE_PREFIX)
        PUT("*");
    if (node->kind == RLS_NODE_PATTERN) {
        static const char *const kinds[] = {"", " wild", " regex", " fuzzy"};
        PUT(kinds[node->pattern]);
        if (node->edits > 0)
            rls_buffer_put_u8(out, (uint8_t)('0' + node->edits));
    }
    if (node->distance > 0) {
        snprintf(number, sizeof number, "~%u", node->distance);
        PUT(number);
    }
    print_boost(out, node);
#undef PUT
}

static rls_status
parse(rls_heap *heap, const void *text, size_t size, bool strict, rls_query **out_query,
      rls_error *err)
{
    uint8_t   *exact = malloc(size + (size == 0));
    rls_status status;

    memcpy(exact, text, size);
    status = rls_query_parse_in(heap, rls_bytes_of(exact, size), strict, 0, out_query, err);
    free(exact);
    return status;
}

static void
check_tree(const char *text, const char *wanted)
{
    rls_heap   heap;
    rls_query *query;
    rls_buffer out;
    rls_error  err;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&out, &heap);
    CHECK_OK(parse(&heap, text, strlen(text), false, &query, &err));
    if (query->root != NULL)
        print(&out, query->root);
    rls_buffer_put_u8(&out, 0);
    if (strcmp((const char *)out.data, wanted) != 0)
        rls_test_fail(__FILE__, __LINE__, "%s gives %s, wanted %s", text, (const char *)out.data,
                      wanted);
    rls_buffer_release(&out);
    rls_query_free(query);
    CHECK_EQ_U64(heap.used, 0);
}

typedef struct row {
    const char *text, *tree;
} row;

static void
check_rows(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_tree(rows[i].text, rows[i].tree);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(*rows))

TEST(words_side_by_side_are_a_bag)
{
    static const row rows[] = {
        {"", ""},
        {" \t\n", ""},
        {"cluster", "cluster"},
        {"cluster munitions", "(bag cluster munitions)"},
        {"  cluster\xc2\xa0munitions\xe3\x80\x80treaty ", "(bag cluster munitions treaty)"},
        {"+must -not plain", "(bag +must -not plain)"},
        {"+must", "must"},
        {"-not", "(not not)"},
        {"a -b -c", "(bag a -b -c)"},
        {"-a -b", "(bag -a -b)"},
        {"*", "ALL"},
        {"*:*", "ALL"},
        {"* -a", "(bag ALL -a)"},
    };
    CHECK_ROWS(rows);
}

TEST(operators_bind_or_and_bag_not)
{
    static const row rows[] = {
        {"a AND b", "(and a b)"},
        {"a OR b", "(or a b)"},
        {"a AND b OR c AND d", "(or (and a b) (and c d))"},
        {"a b AND c d", "(and (bag a b) (bag c d))"},
        {"a b OR c d", "(or (bag a b) (bag c d))"},
        {"a AND (b OR c)", "(and a (or b c))"},
        {"NOT a", "(not a)"},
        {"a NOT b", "(bag a -b)"},
        {"a AND NOT b", "(and a (not b))"},
        {"a AND -b", "(and a (not b))"},
        {"a AND +b", "(and a b)"},
        {"NOT NOT a", "a"},
        {"NOT -a", "a"},
        {"NOT (a OR b) c", "(bag -(or a b) c)"},
        {"+(a b) c", "(bag +(bag a b) c)"},
        {"-(a b) c", "(bag -(bag a b) c)"},
        {"((a))", "a"},
        {"((a) (b c))", "(bag a (bag b c))"},
        {"a and b or c not d", "(bag a and b or c not d)"},
        {"ANDROID ORION", "(bag ANDROID ORION)"},
        {"f(x)", "(bag f x)"},
    };
    CHECK_ROWS(rows);
}

TEST(phrases_take_straight_and_typographic_quotes)
{
    static const row rows[] = {
        {"\"cluster munitions\"", "\"cluster munitions\""},
        {"\"cluster munitions\"~", "\"cluster munitions\"~"},
        {"\"cluster munitions\"~3 x", "(bag \"cluster munitions\"~~3 x)"},
        {"\xe2\x80\x9c"
         "a b\xe2\x80\x9d c",
         "(bag \"a b\" c)"},
        {"\xc2\xab"
         "a b\xc2\xbb",
         "\"a b\""},
        {"\xe2\x80\x9e"
         "a b\xe2\x80\x9c",
         "\"a b\""},
        {"+\"a b\" -\"c d\"", "(bag +\"a b\" -\"c d\")"},
        {"=\"Te Reo\"", "=\"Te Reo\""},
        {"\"a (b OR c) -d\"", "\"a (b OR c) -d\""},
        {"say\"a b\"now", "(bag say \"a b\" now)"},
        {"\"a b\"\"c d\"", "(bag \"a b\" \"c d\")"},
        {"\"a AND b\" AND c", "(and \"a AND b\" c)"},
    };
    CHECK_ROWS(rows);
}

TEST(fields_take_words_phrases_ranges_and_prefixes)
{
    static const row rows[] = {
        {"title:munitions", "title:munitions"},
        {"title:\"cluster munitions\"", "title:\"cluster munitions\""},
        {"title:\"cluster munition\"~", "title:\"cluster munition\"~"},
        {"title:=M\xc4\x81ori", "title:=M\xc4\x81ori"},
        {"ministers:\"Phil Goff\"", "ministers:\"Phil Goff\""},
        {"ministers:\xe2\x80\x9cPhil Goff\xe2\x80\x9d", "ministers:\"Phil Goff\""},
        {"-ministers:goff", "(not ministers:goff)"},
        {"ministers:goff,", "ministers:goff"},
        {"portfolios:disarm*", "portfolios:disarm*"},
        {"portfolios:*", "portfolios:*"},
        {"disarm* treaty", "(bag disarm* treaty)"},
        {"date:2007", "date:2007"},
        {"date:2007-05..2008-02", "date:2007-05..2008-02"},
        {"date:2007..", "date:2007.."},
        {"date:..2008", "date:..2008"},
        {"date:>=2007-05-28", "date>=2007-05-28"},
        {"date:>\"28 May 2007\"", "date>\"28 May 2007\""},
        {"date:\"28 May 2007\"", "date:\"28 May 2007\""},
        {"date:\"28 May 2007\"..\"1 June 2007\"", "date:\"28 May 2007\"..1 June 2007"},
        {"date:2007..\"1 June 2008\"", "date:2007..1 June 2008"},
        {"size:>3 size:<4 size:<=5", "(bag size>3 size<4 size<=5)"},
        {"size:1.5..2.5", "size:1.5..2.5"},
        {"size:[1 TO 3] x", "(bag size:1..3 x)"},
        {"date:[28 May 2007 TO *] date:[* TO today]", "(bag date:28 May 2007.. date:..today)"},
        {"x:[y] x:[1 TO]", "(bag x:[y] x:[1 TO])"},
        {"title:(a OR \"b c\")", "(or title:a title:\"b c\")"},
        {"title:(a date:2007)", "(bag title:a date:2007)"},
        {"+title:(a b) c", "(bag +(bag title:a title:b) c)"},
        {"http://x", "http://x"},
        {"std::vector", "std::vector"},
        {"10:30", "10:30"},
        {"note: this", "(bag note: this)"},
        {"wait:what...", "wait:what..."},
    };
    CHECK_ROWS(rows);
}

TEST(signs_of_patterns_and_weights_are_read)
{
    static const row rows[] = {
        {"*foo f*o f** **b** ***", "(bag *foo wild f*o wild f* **b** wild ALL)"},
        {"m?nister*al ?oslo b?*", "(bag m?nister*al wild ?oslo wild b?* wild)"},
        {"munitons~ munitons~2 munitons~0 x~9",
         "(bag munitons fuzzy1 munitons fuzzy2 munitons fuzzy x fuzzy2)"},
        {"/clust(er|ers)/", "clust(er|ers) regex"},
        {"+/a[/]b/ -/c\\/d/^2", "(bag +a[/]b regex -c\\/d regex^2)"},
        {"treaty^3 \"a b\"^2 (c d)^0.5", "(bag treaty^3 \"a b\"^2 (bag c d)^0.5)"},
        {"((a^2)^3)^2", "a^12"},
        {"a*^2 a?b^2 a~^2", "(bag a*^2 a?b wild^2 a fuzzy1^2)"},
        {"\"a b\"~4 \"a b\"~ \"a b\"~4^2", "(bag \"a b\"~~4 \"a b\"~ \"a b\"~~4^2)"},
        {"title:m?n* title:oslo~ title:/a+/ title:lima^2",
         "(bag title:m?n* wild title:oslo fuzzy1 title:a+ regex title:lima^2)"},
        {"title:(oslo~ li*a)", "(bag title:oslo fuzzy1 title:li*a wild)"},
        {"=foo^2", "=foo^2"},
        {"/(/", "("},
    };
    CHECK_ROWS(rows);
}

TEST(near_binds_the_operands_beside_it)
{
    static const row rows[] = {
        {"a NEAR/5 b", "(near a b)5"},
        {"x a ONEAR/5 b y", "(bag x (near a b)>5 y)"},
        {"a NEAR/0 b NEAR/0 \"c d\"", "(near a b \"c d\")0"},
        {"a NEAR/3 b NEAR/4 c", "(near (near a b)3 c)4"},
        {"a NEAR/3 b ONEAR/3 c", "(near (near a b)3 c)>3"},
        {"+a NEAR/3 b -(c NEAR/3 d)", "(bag +(near a b)3 -(near c d)3)"},
        {"(a OR b)^2 NEAR/3 c*", "(near (or a b)^2 c*)3"},
        {"(a NEAR/3 b)^2 AND c", "(and (near a b)3^2 c)"},
        {"title:(a NEAR/3 \"b c\")", "(near title:a title:\"b c\")3"},
        {"NEAR/3 a", "(bag NEAR/3 a)"},
        {"a NEAR/3", "(bag a NEAR/3)"},
        {"a NEAR b NEAR/x c NEAR/1234567 d", "(bag a NEAR b NEAR/x c NEAR/1234567 d)"},
        {"a NEAR/3 -b", "(bag a -b)"},
        {"a NEAR/3 () b", "(bag a b)"},
        {"a NEAR/3 NOT b", "(bag a -b)"},
    };
    CHECK_ROWS(rows);
}

TEST(ordinary_text_is_words)
{
    static const row rows[] = {
        {"multi-agent", "multi-agent"},
        {"don't", "don't"},
        {"C++", "C++"},
        {"C++ (2nd)", "(bag C++ 2nd)"},
        {"20.04", "20.04"},
        {"a/b", "a/b"},
        {"long-term plan", "(bag long-term plan)"},
        {".NET #tag @name", "(bag .NET #tag @name)"},
        {"--flag ++i", "(bag --flag ++i)"},
        {"-- a", "(bag -- a)"},
        {"a - b", "(bag a b)"},
        {"a + b", "(bag a b)"},
        {"a -", "a"},
        {"(-) a", "a"},
        {"a AND", "(bag a AND)"},
        {"AND", "AND"},
        {"OR a", "(bag OR a)"},
        {"NOT", "NOT"},
        {"a AND OR b", "(or (bag a AND) b)"},
        {"a (AND) b", "(bag a AND b)"},
        {"()", ""},
        {"() a", "a"},
        {"a AND ()", "a"},
        {"NOT () a", "a"},
        {"(a", "a"},
        {"(a OR (b c", "(or a (bag b c))"},
        {"a) b", "(bag a b)"},
        {"\"cluster munitions", "(bag cluster munitions)"},
        {"cluster \"", "cluster"},
        {"\"\" a", "a"},
        {"5\" disk 3\" tape", "(bag 5 disk 3 tape)"},
        {"title:\"unbalanced phrase", "(bag title: unbalanced phrase)"},
        {"date:>=", "date:>="},
        {"x:..", "x:.."},
        {"=", "="},
        {"== a", "(bag == a)"},
        {"=word", "=word"},
        {"=foo*", "=foo*"},
        {"+=word -=other", "(bag +=word -=other)"},
        {"a = b", "(bag a = b)"},
        {":)", ":"},
        {"b? ? what?", "(bag b? ? what?)"},
        {"2^n ^2 x^ x^y x^1.2.3", "(bag 2^n ^2 x^ x^y x^1.2.3)"},
        {"~ ~2 a~b treaty~ish", "(bag ~ ~2 a~b treaty~ish)"},
        {"/usr/lib/ / // /a b/", "(bag /usr/lib/ / // /a b/)"},
        {"a/b?c http://x/y?z=*", "(bag a/b?c http://x/y?z=*)"},
    };
    CHECK_ROWS(rows);
}

static void
check_note(const char *text, int64_t wanted)
{
    rls_heap   heap;
    rls_query *query;
    rls_error  err = {0};
    rls_status status;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    status = parse(&heap, text, strlen(text), true, &query, &err);
    if (wanted < 0) {
        if (status != RLS_OK)
            rls_test_fail(__FILE__, __LINE__, "%s: %s", text, err.message);
    } else if (status != RLS_BAD_QUERY || err.offset != (uint64_t)wanted || query != NULL) {
        rls_test_fail(__FILE__, __LINE__, "%s: status %d at %d: %s", text, status, (int)err.offset,
                      err.message);
    }
    rls_query_free(query);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(the_root_has_no_parent_and_every_child_knows_its_own)
{
    static const char *const texts[] = {"a",         "(((a)))", "-a",
                                        "NOT (a b)", "a OR b",  "(a) OR (b -c)"};
    rls_heap                 heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rls_query *query;

        CHECK_OK(parse(&heap, texts[i], strlen(texts[i]), false, &query, NULL));
        CHECK(query->root != NULL && query->root->parent == NULL);
        for (const rls_query_node *child = query->root->first_child; child; child = child->next)
            CHECK(child->parent == query->root);
        rls_query_free(query);
    }
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_text_is_read_until_the_deadline)
{
    rls_heap   heap;
    rls_query *query;
    rls_bytes  text = rls_bytes_of("a b", 3);

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_query_parse_in(&heap, text, false, 1, &query, NULL));
    CHECK(query->root == NULL && query->note_count == 1);
    CHECK_EQ_U64(query->notes[0].start, 0);
    rls_query_free(query);
    CHECK_OK(rls_query_parse_in(&heap, text, false, UINT64_MAX, &query, NULL));
    CHECK(query->root != NULL && query->note_count == 0);
    rls_query_free(query);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(strict_parsing_says_where)
{
    static const struct {
        const char *text;
        int         offset;
    } rows[] = {
        {"cluster munitions", -1},
        {"multi-agent don't C++ 20.04 a/b http://x", -1},
        {"a AND (b OR \"c d\") -e date:2007..", -1},
        {"a AND", 2},
        {"OR a", 0},
        {"a (b", 2},
        {"a b) c", 3},
        {"a \"b c", 2},
        {"a ()", 2},
        {"ab - c", 3},
        {"a \"\"", 2},
        {"date:>=", 0},
        {"a f*o f?o fo~1 fo~ fo^2 (a b)^2 \"a b\"~2^3 /f(o|p)/", -1},
        {"a fo~3", 4},
        {"a fo^0", 4},
        {"a fo^2000000", 4},
        {"a /f(o/", 4},
        {"a /*o/ b", 3},
        {"a /f(o", 2},
        {"a /[/", 2},
        {"a /f(o)/i b", 2},
        {"a /home/user b", -1},
        {"a /munitions/i b", 2},
        {"a /munitions/gi", 2},
        {"a /home/sims b", -1},
        {"fo^-1", 2},
        {"fo^1,5", 2},
        {"2^n", -1},
        {"a \"fo\"^-1", 6},
        {"(a b)^2x", 5},
        {"^a ^_^ b^ (a)^b", -1},
        {"a NEAR b", 2},
        {"a ONEAR b", 2},
        {"a NEAR/ b", 2},
        {"a NEAR/-1 b", 2},
        {"a NEAR/1234567 b", 2},
        {"NEARBY near a", -1},
        {"a =f*o", 3},
        {"a f*o~", 2},
        {"a \"fo*\"", 5},
        {"a \"fo * bar\"", 6},
        {"t:\"*fo\"", 3},
        {"a \"fo\"*", 6},
        {"t:f*o", -1},
        {"a? b?", -1},
        {"a --b", 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check_note(rows[i].text, rows[i].offset);
}

static void
check_depth(const rls_query_node *node, uint32_t depth)
{
    CHECK(depth < 6 * RLS_QUERY_DEPTH_MAX);
    for (const rls_query_node *child = node->first_child; child; child = child->next)
        check_depth(child, depth + 1);
}

static void
check_any(const void *text, size_t size)
{
    rls_heap   heap;
    rls_query *query;
    rls_error  err;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(parse(&heap, text, size, false, &query, &err));
    if (query->root != NULL)
        check_depth(query->root, 0);
    for (uint32_t i = 0; i < query->note_count; i++)
        CHECK(query->notes[i].start <= query->notes[i].end && query->notes[i].end <= size);
    CHECK(heap.peak <= 65536 + 400 * (size + 1));
    rls_query_free(query);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(depth_and_length_are_bounded)
{
    static const char *const units[] = {"(",  ")",   "(a ",  "-(a ", "\"", "a\"",  "NOT ", "a OR (",
                                        "x:", "x:(", "x:\"", "+",    "a ", "a:b ", "\0"};
    enum {
        SIZE = 200000
    };
    char *text = malloc(SIZE);

    for (size_t u = 0; u < sizeof(units) / sizeof(*units); u++) {
        size_t unit = strlen(units[u]) + (units[u][0] == 0);
        for (size_t i = 0; i < SIZE; i++)
            text[i] = units[u][i % unit];
        check_any(text, SIZE);
    }
    free(text);
}

TEST(any_bytes_are_a_query)
{
    static const char *const bits[] = {"a",
                                       "Bc",
                                       " ",
                                       " ",
                                       "(",
                                       ")",
                                       "\"",
                                       "+",
                                       "-",
                                       "=",
                                       ":",
                                       "*",
                                       "~",
                                       "..",
                                       ">",
                                       "<=",
                                       "AND",
                                       "OR",
                                       "NOT",
                                       "title:",
                                       "date:",
                                       "\xe2\x80\x9c",
                                       "\xe2\x80\x9d",
                                       "\xe2\x80",
                                       "\xff",
                                       "\xc2",
                                       "\xc4\x81",
                                       "20.04",
                                       "\n",
                                       ",",
                                       "http://x"};
    rls_random               random = {rls_test_seed()};
    uint8_t                  text[512];

    for (int round = 0; round < 3000; round++) {
        size_t size = 0, pieces = rls_random_below(&random, 40);
        for (size_t i = 0; i < pieces; i++) {
            if (rls_random_below(&random, 8) == 0) {
                text[size++] = (uint8_t)rls_random_next(&random);
            } else {
                const char *bit = bits[rls_random_below(&random, sizeof(bits) / sizeof(*bits))];
                memcpy(text + size, bit, strlen(bit));
                size += strlen(bit);
            }
        }
        check_any(text, size);
    }
}

TEST(a_note_keeps_its_kind_whatever_is_noted_later)
{
    rls_heap   heap;
    rls_query *query;
    char       message[16];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_query_new_in(&heap, &query, NULL));
    CHECK(rls_query_note_add(query, 1, 2, RLS_NOTE_SORT, "known"));
    CHECK(rls_query_note_add(query, 3, 4, RLS_NOTE_SYNONYM, "known"));
    CHECK_EQ_U64(query->note_count, 1);
    CHECK_EQ_U64(query->notes[0].kind, RLS_NOTE_SORT);
    for (int i = 1; i < RLS_QUERY_NOTE_MAX; i++) {
        snprintf(message, sizeof(message), "note %d", i);
        CHECK(rls_query_note_add(query, 0, 0, RLS_NOTE_CUT, message));
    }
    CHECK(rls_query_note_add(query, 0, 0, RLS_NOTE_SYNONYM, "too many"));
    CHECK_EQ_U64(query->note_count, RLS_QUERY_NOTE_MAX);
    CHECK_EQ_U64(query->notes[RLS_QUERY_NOTE_MAX - 1].kind, RLS_NOTE_CUT);
    rls_query_free(query);
}

TEST(a_failed_allocation_is_told)
{
    static const char text[] = "a AND (b \"c d\" -e) OR () title:x* \" f*o - ) ( z";

    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_query      *query;
        rls_error       err;
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = parse(&heap, text, sizeof(text) - 1, false, &query, &err);
        rls_query_free(query);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed) {
            CHECK_OK(status);
            break;
        }
        /* rls_grow may succeed with less when more was refused. */
        CHECK(status == RLS_NO_MEMORY || status == RLS_OK);
    }
}
