#include "fixture.h"

#include "document/date.h"
#include "search/query_rewrite.h"

static const fixture_document documents[] = {
    {.key = "a",
     .title = "Words",
     .body = "some text",
     .date = "2007-05-28",
     .size = "3",
     .ministers = {"Phil Goff"}},
};

static void
print_leaf(rls_buffer *out, const rls_plan_leaf *leaf)
{
    static const char *const kinds[] = {"",         "\"",        "",     "near ",  "keyword",
                                        "keywords", "keywords/", "date", "number", "length"};
    char                     text[128];

#define PUT(string) rls_buffer_append(out, string, strlen(string))
    PUT(kinds[leaf->kind]);
    if (leaf->field.size > 0) {
        rls_buffer_append(out, leaf->field.data, leaf->field.size);
        PUT(":");
    }
    for (uint32_t w = 0; w < leaf->word_count; w++) {
        const rls_match_word *word = &leaf->words[w];
        if (leaf->kind == RLS_LEAF_PHRASE && w > 0) {
            sprintf(text, " +%u ", leaf->offsets[w]);
            PUT(text);
        }
        for (uint32_t t = 0; t < word->term_count; t++)
            rls_buffer_append(out, word->terms[t].data, word->terms[t].size);
        if (word->form.size > 0) {
            PUT(word->level == 0 ? "=" : word->level == 1 ? "^" : "~");
            rls_buffer_append(out, word->form.data, word->form.size);
        }
        if (word->pattern != NULL) {
            static const char *const patterns[] = {"*", "?", "/", "~"};
            rls_bytes                source = rls_pattern_text(word->pattern);
            rls_buffer_append(out, source.data, source.size);
            PUT(patterns[rls_pattern_get_kind(word->pattern)]);
        }
    }
    for (size_t i = 0; i < leaf->key.size; i++)
        rls_buffer_put_u8(out, leaf->key.data[i] == 1 ? '|' : leaf->key.data[i]);
    if (leaf->kind == RLS_LEAF_DATE) {
        sprintf(text, "[%lld %lld)", (long long)(leaf->date_from / 86400),
                (long long)(leaf->date_to / 86400));
        PUT(text);
    }
    if (leaf->kind == RLS_LEAF_NUMBER) {
        sprintf(text, "[%g %g]", leaf->number_from, leaf->number_to);
        PUT(text);
    }
    if (leaf->kind == RLS_LEAF_PHRASE)
        PUT("\"");
    if (leaf->boost != 1.0f) {
        sprintf(text, "^%g", (double)leaf->boost);
        PUT(text);
    }
    if (!leaf->scored)
        PUT("!");
}

static void
print_node(rls_buffer *out, const rls_plan *plan, const rls_plan_node *node)
{
    static const char *const names[] = {"", "all", "none", "(and", "(or", "(not", "(bag"};
    static const char *const signs[] = {"", "+", "-"};

    PUT(signs[node->occur]);
    PUT(names[node->kind]);
    if (node->kind == RLS_PLAN_LEAF)
        print_leaf(out, &plan->leaves[node->leaf]);
    for (uint32_t i = 0; i < node->child_count; i++) {
        PUT(" ");
        print_node(out, plan, node->children[i]);
    }
    if (node->kind >= RLS_PLAN_AND)
        PUT(")");
}

static void
check_plan(fixture *f, const char *text, rls_match mode, const char *wanted)
{
    rls_query_note notes[RLS_QUERY_NOTE_MAX];
    uint32_t       note_count = 0;
    rls_arena      arena;
    rls_query     *query;
    rls_buffer     out;
    rls_plan       plan;

    rls_arena_init(&arena, &f->heap, 4096);
    rls_buffer_init(&out, &f->heap);
    CHECK_OK(rls_query_parse_in(&f->heap, fixture_text(text), false, 0, &query, NULL));
    CHECK_OK(rls_query_rewrite(&f->heap, &arena, &f->snapshot, query, mode, RLS_RANKING_BM25F,
                               rls_date_from_civil(2007, 6, 15), NULL, &plan, notes, &note_count,
                               NULL));
    print_node(&out, &plan, plan.root);
    rls_buffer_put_u8(&out, 0);
    if (strcmp((const char *)out.data, wanted) != 0)
        rls_test_fail(__FILE__, __LINE__, "%s gives %s, wanted %s", text, (const char *)out.data,
                      wanted);
    rls_buffer_release(&out);
    rls_query_free(query);
    rls_arena_release(&arena);
}

TEST(plans)
{
    static const struct {
        const char *text, *plan;
    } rows[] = {
        {"", "none"},
        {"? !", "none"},
        {"Running", "run"},
        {"running runs", "run^2"},
        {"running x runs +x", "(bag run^2 x +x)"},
        {"\"Running\"", "run~running"},
        {"\"M\xc4\x81ori\"", "maori^m\xc4\x81ori"},
        {"=Running", "run=Running"},
        {"\"running on\"", "\"run~running +1 on~on\""},
        {"\"running on\"~", "\"run +1 on\""},
        {"=\"Running on\"", "\"run=Running +1 on=on\""},
        {"multi-agent", "(bag multi agent)"},
        {"x multi-agent", "(bag x multi agent)"},
        {"+multi-agent x", "(bag +multi +agent x)"},
        {"x -multi-agent", "(bag x -\"multi +1 agent\"!)"},
        {"multi-agent OR x", "(or (and multi agent) x)"},
        {"multi-agent AND x", "(and multi agent x)"},
        {"=multi-agent", "multi-agent=multi-agent"},
        {"\"a multi-agent x\"", "\"a~a +1 multi~multi +2 agent~agent +3 x~x\""},
        {"C++", "c++"},
        {"((a b) c)", "(bag a b c)"},
        {"(+a b) c", "(bag (bag +a b) c)"},
        {"a AND (b AND c)", "(and a b c)"},
        {"+(a AND NOT b) c", "(bag +a +(not b!) c)"},
        {"-a", "(not a!)"},
        {"NOT (a OR -b)", "(not (or a! (not b!)))"},
        {"date:yesterday", "datedate[13678 13679)!"},
        {"date:last month", "datedate[13634 13665)!"},
        {"date:\"last year\"..today", "datedate[13149 13680)!"},
        {"since:\"6 months ago\" ban", "(bag +datedate[13497 106751991167300)! ban)"},
        {"until:2007 -before:2 weeks ago",
         "(bag +datedate[-106751991167300 13879)! -datedate[-106751991167300 13665)!)"},
        {"date:May 2007..Feb 2008 x", "(bag +datedate[13634 13939)! x)"},
        {"date:28 May 2007..3 June 2008", "datedate[13661 14034)!"},
        {"date:May 2007.. x", "(bag +datedate[13634 106751991167300)! x)"},
        {"date:..Feb 2008", "datedate[-106751991167300 13939)!"},
        {"date:May 2007..2008", "datedate[13634 14245)!"},
        {"date:>=May 2007 x", "(bag +datedate[13634 106751991167300)! x)"},
        {"date:May 2007..soon", "(bag date may 2007 soon)"},
        {"since:soon", "(bag sinc soon)"},
        {"since:2007..2008", "(bag sinc 2007 2008)"},
        {"after:2007-05-28", "datedate[13662 106751991167300)!"},
        {"date:2007", "datedate[13514 13879)!"},
        {"date:2007 x", "(bag +datedate[13514 13879)! x)"},
        {"x AND date:2007", "(and x datedate[13514 13879)!)"},
        {"x x AND date:2007", "(and x^2 datedate[13514 13879)!)"},
        {"\"x\" AND y AND date:2007", "(and x~x y datedate[13514 13879)!)"},
        {"(x y) AND date:2007", "(bag x y +datedate[13514 13879)!)"},
        {"size:>3", "numbersize[3 inf]!"},
        {"size:..3", "numbersize[-inf 3]!"},
        {"ministers:\"Phil  GOFF\"", "keyword|ministers|phil goff!"},
        {"ministers:goff", "(or keyword|ministers|goff! ministers:goff!)"},
        {"ministers:go*", "(or keywords|ministers|go! ministers:go*!)"},
        {"x ministers:goff", "(bag x +(or keyword|ministers|goff! ministers:goff!))"},
        {"title:words", "title:word"},
        {"title:\"words so\"", "\"title:word~words +1 so~so\""},
        {"body:words", "body:word"},
        {"http://x", "(bag http x)"},
        {"no:\"a b\"", "(bag no \"a~a +1 b~b\")"},
        {"-no:x", "(not \"no +1 x\"!)"},
        {"date:soon", "(bag date soon)"},
        {"disarm*", "disarm*"},
        {"* x", "(bag all x)"},
        {"* -x", "(bag +all -x!)"},
    };
    uint32_t split = 1;
    fixture  f;

    fixture_open(&f, documents, &split, 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        check_plan(&f, rows[i].text, RLS_MATCH_AUTO, rows[i].plan);
    check_plan(&f, "a b -c", RLS_MATCH_ALL, "(bag +a +b -c!)");
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
}

TEST(words_have_no_limit_but_those_of_a_phrase)
{
    rls_search_request request = FIXTURE_REQUEST;
    char              *text = malloc(200000), *at = text;
    uint32_t           split = 1;
    fixture            f;
    rls_results       *results;

    for (int i = 0; i < 20000; i++)
        at += sprintf(at, "w%d ", i);
    fixture_open(&f, documents, &split, 1);
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, text, &request, &results, NULL));
    CHECK_EQ_U64(results->leaf_count, 20000);
    CHECK_EQ_U64(results->note_count, 0);
    rls_results_free(results);
    text[0] = '"';
    at[-1] = '"';
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, text, &request, &results, NULL));
    CHECK_EQ_U64(results->leaves[0].word_count, RLS_PLAN_WORD_MAX);
    CHECK_EQ_U64(results->note_count, 1);
    rls_results_free(results);
    fixture_close(&f);
    free(text);
}

TEST(a_tree_that_a_program_nests_too_deeply_is_refused)
{
    rls_search_request request = FIXTURE_REQUEST;
    uint32_t           split = 1;
    fixture            f;
    rls_query         *query;
    rls_query_node    *node = NULL;
    rls_results       *results;

    fixture_open(&f, documents, &split, 1);
    CHECK_OK(rls_query_new_in(&f.heap, &query, NULL));
    for (int i = 0; i < 200000; i++)
        node = rls_query_add_node(query, node, RLS_NODE_BAG);
    request.query = query;
    CHECK_EQ_I64(rls_search(&f.heap, &f.snapshot, &request, &results, NULL), RLS_BAD_QUERY);
    rls_query_free(query);
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
}
