/* Variations of front matter in short; test_front_matter_samples.c has them in real files. */
#include <time.h>

#include "unit/document/reading.h"

TEST(dates_of_all_forms_are_dates)
{
    static const char *const forms[] = {"05/28/2007",     "28 May 2007", "\"2007-05-28\"",
                                        "'May 28, 2007'", "2007-05-28",  "28/05/2007"};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        reading r;
        char    text[100];

        snprintf(text, sizeof text, "---\npublish_date: %s\n---\n", forms[i]);
        read_markdown(&r, text);
        CHECK_NO_NOTES(&r);
        CHECK_EQ_I64(date_of(&r, "publish_date"), rls_date_from_civil(2007, 5, 28));
        reading_close(&r);
    }
}

TEST(a_date_that_is_none_is_kept_with_a_note)
{
    reading r;

    read_markdown(&r, "---\ndate: some time in May\n---\n");
    CHECK_NOTE(&r, "date: \"some time in May\" is no date");
    CHECK_EQ_U64(kinds_of(&r, "date"), RLS_FIELD_KEYWORD | RLS_FIELD_TEXT | RLS_FIELD_STORED);
    reading_close(&r);
    read_markdown(&r, "---\ncandidate: John\ndate:\n---\n");
    CHECK_NO_NOTES(&r);
    reading_close(&r);
}

TEST(a_byte_order_mark_does_not_matter)
{
    reading r;

    read_markdown(&r, "\xEF\xBB\xBF---\ntitle: With mark\n---\nBody");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "With mark");
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
}

TEST(tabs_are_read_and_told_where_yaml_refuses_them)
{
    reading r;

    read_markdown(&r, "---\ntitle:\tTabbed\ntags:\n\t- one\n\t- two\n---\nBody");
    CHECK_NOTE(&r, "line 4: tab in the indentation");
    CHECK_VALUE(&r, "title", 0, "Tabbed");
    CHECK_EQ_U64(count_of(&r, "tags"), 2);
    CHECK_VALUE(&r, "tags", 1, "two");
    reading_close(&r);
    read_markdown(&r, "---\ntitle:\tTabbed\t\nsummary: a\tb\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "Tabbed");
    CHECK_VALUE(&r, "summary", 0, "a\tb");
    reading_close(&r);
}

TEST(a_plain_title_with_a_colon_is_read_whole)
{
    reading r;

    read_markdown(&r, "---\ntitle: Budget 2007: the facts: all of them\ndate: 2007-05-17\n"
                      "tags:\n  - a: b: c\n  - d\n---\nBody");
    CHECK_NOTE(&r, "line 2: not valid YAML (mapping values are not allowed in this context)");
    CHECK_VALUE(&r, "title", 0, "Budget 2007: the facts: all of them");
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2007, 5, 17));
    CHECK_VALUE(&r, "tags.a", 0, "b: c");
    CHECK_VALUE(&r, "tags", 0, "d");
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
}

TEST(maps_and_phrases_in_lists_are_told_apart)
{
    reading r;

    read_markdown(&r, "---\nauthors:\n  - name: Ann\n    role: editor\n  - name: Bob\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "authors.name"), 2);
    CHECK_VALUE(&r, "authors.name", 1, "Bob");
    CHECK_VALUE(&r, "authors.role", 0, "editor");
    CHECK(rls_document_find_field(&r.document, "authors") == NULL);
    reading_close(&r);

    read_markdown(&r, "---\nauthors:\n  - Name: Ann\n  - Name: Bob\n---\n");
    CHECK_EQ_U64(count_of(&r, "authors.Name"), 2);
    reading_close(&r);

    read_markdown(&r, "---\nlinks:\n  - Statement by the Minister:\n  - Budget: the  facts\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "links", 0, "Statement by the Minister:");
    CHECK_VALUE(&r, "links", 1, "Budget: the  facts");
    reading_close(&r);

    read_markdown(&r, "---\nteams:\n  - [a, b]\n  - [c]\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "teams"), 3);
    CHECK_VALUE(&r, "teams", 2, "c");
    reading_close(&r);
}

TEST(inline_lists_and_maps_are_read)
{
    reading r;

    read_markdown(&r, "---\ntags: [one, \"two, three\", 'four']\ngeo: {lat: 1.5, at: [x]}\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "tags"), 3);
    CHECK_VALUE(&r, "tags", 1, "two, three");
    CHECK_VALUE(&r, "geo.lat", 0, "1.5");
    CHECK_VALUE(&r, "geo.at", 0, "x");
    CHECK(rls_document_find_field(&r.document, "geo.lat")->values[0].has_number);
    reading_close(&r);
}

TEST(a_repeated_key_keeps_all_values)
{
    reading r;

    read_markdown(&r, "---\ntitle: One\ndate: 2007-05-28\ntitle: Two\ndate: 2007-05-28\n---\n");
    CHECK_NOTE(&r, "line 4: \"title\" again; all values are kept");
    CHECK_EQ_U64(count_of(&r, "title"), 2);
    CHECK_VALUE(&r, "title", 1, "Two");
    CHECK_EQ_U64(count_of(&r, "date"), 1);
    reading_close(&r);
}

TEST(anchors_and_merges_are_followed)
{
    reading r;

    read_markdown(&r, "---\nauthor: &a Ann\neditor: *a\nbase: &b {x: 1}\nmore:\n  <<: *b\n  y: 2\n"
                      "lost: *nosuch\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "editor", 0, "Ann");
    CHECK_VALUE(&r, "more.x", 0, "1");
    CHECK_VALUE(&r, "more.y", 0, "2");
    CHECK_VALUE(&r, "lost", 0, "*nosuch");
    reading_close(&r);
}

TEST(an_alias_bomb_costs_nothing)
{
    reading r;
    char    text[4000];
    size_t  size = (size_t)snprintf(text, sizeof text, "---\ntitle: Bomb\na: &a [x, x, x, x]\n");

    for (char c = 'b'; c <= 'z'; c++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%c: &%c [*%c, *%c, *%c, *%c]\n",
                                 c, c, c - 1, c - 1, c - 1, c - 1);
    snprintf(text + size, sizeof text - size, "---\nBody");
    read_markdown(&r, text);
    CHECK_NOTE(&r, "aliases stand for too much");
    CHECK_VALUE(&r, "title", 0, "Bomb");
    CHECK(r.heap.peak < 4 << 20);
    reading_close(&r);
}

TEST(an_anchor_inside_of_itself_is_no_loop)
{
    reading r;

    read_markdown(&r, "---\na: &a [x, *a]\nb: *a\n---\nBody");
    CHECK_VALUE(&r, "a", 0, "x");
    CHECK_VALUE(&r, "a", 1, "*a");
    CHECK_VALUE(&r, "b", 0, "x");
    reading_close(&r);
}

static void
check_deep(char open, size_t depth, bool spaces)
{
    reading r;
    size_t  size = 0, room = depth * 3 + 100;
    char   *text = malloc(room);

    size += (size_t)snprintf(text, room, "---\ntitle: Deep\na: ");
    for (size_t i = 0; i < depth; i++) {
        text[size++] = open;
        if (spaces)
            text[size++] = ' ';
    }
    snprintf(text + size, room - size, "\n---\nBody");
    read_markdown(&r, text);
    CHECK_VALUE(&r, "title", 0, "Deep");
    CHECK(r.document.note_count > 0);
    if (depth < 1 << 18)
        CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
    free(text);
}

TEST(depth_costs_nothing)
{
    check_deep('[', 1000 * 1000, false);
    check_deep('{', 200 * 1000, false);
    check_deep('[', 200 * 1000, true);
    check_deep('-', 200 * 1000, true);
    check_deep('?', 200 * 1000, true);
}

TEST(very_much_front_matter_is_cut_and_told)
{
    reading r;
    size_t  size = 0, room = 9 << 20;
    char   *text = malloc(room);

    size += (size_t)snprintf(text, room, "---\ntitle: Long\n");
    while (size < 8 << 20)
        size += (size_t)snprintf(text + size, room - size, "key%zu: value\n", size);
    size += (size_t)snprintf(text + size, room - size, "---\nBody");
    CHECK_OK(reading_open(&r, "a.md", text, size, RLS_FORMAT_AUTO));
    CHECK_OK(reading_next(&r));
    CHECK_VALUE(&r, "title", 0, "Long");
    CHECK(r.document.field_count <= 1000);
    CHECK(r.document.note_count > 0);
    CHECK(r.document.body.size > 4);
    reading_close(&r);
    free(text);
}

TEST(front_matter_without_end_does_not_lose_the_body)
{
    reading r;

    read_markdown(&r, "---\ntitle: Open end\ntags:\n  - a\n\nThe body starts here.\n");
    CHECK_NOTE(&r, "no closing ---");
    CHECK_VALUE(&r, "title", 0, "Open end");
    CHECK_VALUE(&r, "tags", 0, "a");
    CHECK(body_starts(&r, "\nThe body starts here."));
    reading_close(&r);
}

TEST(rules_at_the_start_are_not_front_matter)
{
    static const char *const bodies[] = {"---\nJust prose between rules.\n---\nMore.\n",
                                         "---\n\n- a list\n- of two\n\n---\nMore.\n",
                                         "---\n# A heading\n---\nMore.\n",
                                         "---\nProse, no end.\n",
                                         "---",
                                         "---\n",
                                         "----\ntitle: x\n----\n",
                                         "--- \n",
                                         "title: x\n---\nbody\n",
                                         "---title: x\n---\n",
                                         "+++\nnever closed\n"};

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        reading r;

        read_markdown(&r, bodies[i]);
        CHECK_NO_NOTES(&r);
        CHECK_EQ_U64(r.document.field_count, 0);
        CHECK_EQ_U64(r.document.body.size, strlen(bodies[i]));
        reading_close(&r);
    }
}

TEST(front_matter_may_be_empty_or_all_there_is)
{
    reading r;

    read_markdown(&r, "---\n---\nBody");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
    read_markdown(&r, "---\ntitle: x\n---");
    CHECK_VALUE(&r, "title", 0, "x");
    CHECK_EQ_U64(r.document.body.size, 0);
    reading_close(&r);
    read_markdown(&r, "---\ntitle: x\n...\nBody");
    CHECK_VALUE(&r, "title", 0, "x");
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
    read_markdown(&r, "");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(r.document.body.size, 0);
    reading_close(&r);
    read_markdown(&r, "No front matter: none at all.\n");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(r.document.field_count, 0);
    reading_close(&r);
}

TEST(broken_yaml_is_read_line_by_line)
{
    reading r;

    read_markdown(&r, "---\n"
                      "title: \"Open quote\n"
                      "date: 2007-05-28\n"
                      "quoted: \"Foo\" and bar\n"
                      "handle: @user\n"
                      "code: `x`\n"
                      "star: *Important* news\n"
                      "list:\n"
                      "  - \"Foo\" and bar\n"
                      "  - [open\n"
                      "  - 'it''s'\n"
                      "  - x # a comment\n"
                      "inline: [a, \"b, c\" ,'d']\n"
                      "text: |\n"
                      "  first\n"
                      "    second\n"
                      "\n"
                      "fold: >-\n"
                      "  one\n"
                      "  two\n"
                      "\n"
                      "  three\n"
                      "map:\n"
                      "  key: value\n"
                      "  deep:\n"
                      "    er: 1\n"
                      "long: first line\n"
                      "  second line\n"
                      "unindented:\n"
                      "- p\n"
                      "- q\n"
                      "people:\n"
                      "  - name: Ann\n"
                      "    age: 3\n"
                      "  - name: Bob\n"
                      "empty:\n"
                      "escaped: \"a \\\"b\\\" \\u0101\"\n"
                      "---\nBody");
    CHECK_NOTE(&r, "not valid YAML");
    CHECK_VALUE(&r, "title", 0, "Open quote");
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2007, 5, 28));
    CHECK_VALUE(&r, "quoted", 0, "\"Foo\" and bar");
    CHECK_VALUE(&r, "handle", 0, "@user");
    CHECK_VALUE(&r, "code", 0, "`x`");
    CHECK_VALUE(&r, "star", 0, "*Important* news");
    CHECK_EQ_U64(count_of(&r, "list"), 4);
    CHECK_VALUE(&r, "list", 0, "\"Foo\" and bar");
    CHECK_VALUE(&r, "list", 1, "[open");
    CHECK_VALUE(&r, "list", 2, "it's");
    CHECK_VALUE(&r, "list", 3, "x");
    CHECK_EQ_U64(count_of(&r, "inline"), 3);
    CHECK_VALUE(&r, "inline", 1, "b, c");
    CHECK_VALUE(&r, "inline", 2, "d");
    CHECK_VALUE(&r, "text", 0, "first\n  second");
    CHECK_VALUE(&r, "fold", 0, "one two\nthree");
    CHECK_VALUE(&r, "map.key", 0, "value");
    CHECK_VALUE(&r, "map.deep.er", 0, "1");
    CHECK_VALUE(&r, "long", 0, "first line second line");
    CHECK_EQ_U64(count_of(&r, "unindented"), 2);
    CHECK_EQ_U64(count_of(&r, "people.name"), 2);
    CHECK_VALUE(&r, "people.age", 0, "3");
    CHECK_EQ_U64(count_of(&r, "empty"), 0);
    CHECK_VALUE(&r, "escaped", 0, "a \"b\" \xC4\x81");
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
}

TEST(lines_that_make_no_sense_are_told_once)
{
    reading r;

    read_markdown(&r, "---\ntitle: A: B\nwhat is this\nand this\n---\nBody");
    CHECK_EQ_U64(r.document.note_count, 2);
    CHECK_EQ_STR(r.document.notes[1],
                 "2 lines of the front matter are not understood, from line 3");
    CHECK_VALUE(&r, "title", 0, "A: B");
    reading_close(&r);
}

TEST(characters_that_yaml_refuses_are_taken_out)
{
    reading r;

    read_markdown(&r, "---\ntitle: \"a\x01"
                      "b\xE2\x80\xA8"
                      "c\xEF\xBB\xBF"
                      "d\xC2\x81"
                      "e\"\nx: y\n---\n");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "a b cd e");
    CHECK_VALUE(&r, "x", 0, "y");
    reading_close(&r);
}

TEST(a_nul_escape_becomes_a_replacement)
{
    reading r;

    read_markdown(&r, "---\ntitle: \"a\\0b\"\nother: \"c\\u0000d\"\n---\n");
    CHECK_VALUE(&r, "title", 0,
                "a\xEF\xBF\xBD"
                "b");
    CHECK_VALUE(&r, "other", 0,
                "c\xEF\xBF\xBD"
                "d");
    reading_close(&r);
}

TEST(odd_names_are_made_harmless)
{
    reading r;
    char    text[1200] = "---\n\"a\\x01b\": 1\n\"\": 2\nbody: 3\n";
    size_t  size = strlen(text);

    memset(text + size, 'k', 600);
    strcpy(text + size + 600, ": 4\n---\n");
    read_markdown(&r, text);
    CHECK_VALUE(&r, "a_b", 0, "1");
    CHECK_VALUE(&r, "_", 0, "2");
    CHECK_VALUE(&r, "_body", 0, "3");
    CHECK_EQ_U64(r.document.fields[3].name.size, 255);
    CHECK_NOTE(&r, "a field name over 255 bytes is cut");
    reading_close(&r);
}

TEST(more_toml_is_read)
{
    reading r;

    read_markdown(&r, "+++\n"
                      "# comment\n"
                      "title = 'It''s'  # not TOML, and lost\n"
                      "name = \"A \\\"quoted\\\" \\u0101\"\n"
                      "date = 2007-05-28T09:00:00Z\n"
                      "weight = 3.5\n"
                      "draft = false\n"
                      "tags = [ 'a, b', \"c\", # one\n"
                      "  'd' ]\n"
                      "text = \"\"\"\n"
                      "first\n"
                      "second\"\"\"\n"
                      "a.b = 1\n"
                      "inline = { x = 1, y = \"z\" }\n"
                      "[table.\"quoted name\"]\n"
                      "key = 'v'\n"
                      "[[people]]\n"
                      "name = \"Ann\"\n"
                      "[[people]]\n"
                      "name = \"Bob\"\n"
                      "+++\nBody");
    CHECK_NOTE(&r, "line 3: TOML that is not understood (1 lines)");
    CHECK_VALUE(&r, "name", 0, "A \"quoted\" \xC4\x81");
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2007, 5, 28) + 9 * 3600);
    CHECK_EQ_U64(kinds_of(&r, "weight"), RLS_FIELD_NUMBER | RLS_FIELD_STORED);
    CHECK_VALUE(&r, "draft", 0, "false");
    CHECK_EQ_U64(count_of(&r, "tags"), 3);
    CHECK_VALUE(&r, "tags", 0, "a, b");
    CHECK_VALUE(&r, "tags", 2, "d");
    CHECK_VALUE(&r, "text", 0, "first\nsecond");
    CHECK_VALUE(&r, "a.b", 0, "1");
    CHECK_VALUE(&r, "inline", 0, "{ x = 1, y = \"z\" }");
    CHECK_VALUE(&r, "table.quoted name.key", 0, "v");
    CHECK_EQ_U64(count_of(&r, "people.name"), 2);
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
}

TEST(toml_arrays_that_never_close_cost_little)
{
    reading r;
    size_t  size = 4, room = (1 << 20) + 100;
    char   *text = malloc(room);

    memcpy(text, "+++\n", 4);
    while (size < (1 << 20) - 100) {
        memcpy(text + size, "a = [\n", 6);
        size += 6;
    }
    memcpy(text + size, "title = 'x'\n+++\nBody", 21);
    read_markdown(&r, text);
    CHECK_VALUE(&r, "title", 0, "x");
    CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
    reading_close(&r);
    free(text);
}

/* Pieces repeated for an eighth of a megabyte between fences: whatever is quadratic takes minutes.
 */
TEST(repeated_pieces_take_linear_time)
{
    static const char *const pieces[] = {"a: b\n",
                                         "a:\n",
                                         "- ",
                                         "- a\n",
                                         "  - a: b\n",
                                         "a: \"",
                                         "a: '",
                                         "a: |\n x\n",
                                         "a: >\n\n",
                                         "[",
                                         "a: [",
                                         "a: [b]\n",
                                         "{a: ",
                                         "&a ",
                                         "*a\n",
                                         "k: &a b\n",
                                         "k: *a\n",
                                         "? ",
                                         "? a\n: b\n",
                                         "!t ",
                                         "%TAG ! a\n",
                                         "# c\n",
                                         "\n",
                                         "\t",
                                         " ",
                                         "a: b: c\n",
                                         "x\n",
                                         "k: \"a\\\n",
                                         "a:\n- b\n",
                                         "a:\n  ",
                                         "k: [*a, &a b]\n",
                                         "\xC4\x81: \xC4\x81\n",
                                         "- - - a\n",
                                         "a = [\n",
                                         "a = \"\"\"\n",
                                         "a = '''x\n",
                                         "[a]\n",
                                         "[[a]]\n",
                                         "a.",
                                         "a = {\n",
                                         "\"a\".",
                                         "a = 1\n",
                                         "\x01",
                                         "\xE2\x80\xA8",
                                         "k: \xEF\xBB\xBF\n"};
    size_t                   size = 1 << 17;
    char                    *text = malloc(size + 40);

    for (size_t i = 0; i < 2 * sizeof pieces / sizeof *pieces; i++) {
        const char *piece = pieces[i / 2], *fence = i % 2 == 0 ? "---" : "+++";
        clock_t     start = clock();
        size_t  at = (size_t)sprintf(text, "%s\ntitle%s", fence, i % 2 == 0 ? ": T\n" : " = 'T'\n");
        reading r;

        for (; at < size; at += strlen(piece))
            memcpy(text + at, piece, strlen(piece));
        at += (size_t)sprintf(text + at, "\n%s\nBody", fence);
        CHECK_OK(reading_open(&r, "a.md", text, at, RLS_FORMAT_AUTO));
        CHECK_OK(reading_next(&r));
        CHECK_VALUE(&r, "title", 0, "T");
        CHECK_EQ_BYTES(r.document.body.data, r.document.body.size, "Body");
        reading_close(&r);
        if ((clock() - start) / (CLOCKS_PER_SEC / 10) > 10)
            rls_test_fail(__FILE__, __LINE__, "\"%s\" takes too long", piece);
    }
    free(text);
}
