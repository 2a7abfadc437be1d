#include "snippet/passages.h"

#include "snippet/text_edges.h"

enum {
    SLOTS = 64,       /* leaves told apart; further ones share the last */
    SIZE_MIN = 40,    /* of all passages together */
    PIECE_MIN = 60,   /* of one passage when there are several */
    REPEAT_PART = 10, /* a leaf's second occurrence is worth a tenth of its first */
    BEGINS_MAX = 64,  /* runs whose beginnings are looked at, in one choice */
    SCRAP = 24,       /* bytes of a sentence that are not worth showing */
    WEIGHT_UNIT = 1024
};

#define NOWHERE UINT32_MAX

/* Consecutive spans that make one passage, and the bytes they cover. */
typedef struct span_run {
    uint32_t start, end;
    uint64_t fresh; /* slots that no run before has */
} span_run;

/* One way to choose: the runs so far and what they have. */
typedef struct span_choice {
    span_run runs[RLS_PASSAGE_LIMIT];
    uint32_t count;
    uint64_t seen; /* slots */
} span_choice;

typedef struct span_table {
    const rls_mark_span *spans;
    size_t               span_count;
    uint64_t             weights[SLOTS]; /* whole numbers: sums do not drift */
    uint64_t             most_weight;
    uint64_t             present; /* slots that occur at all */
    rls_passage_text     text;
} span_table;

static uint32_t
slot_of(const rls_mark_span *span)
{
    return span->leaf < SLOTS ? span->leaf : SLOTS - 1;
}

static void
fill_table(span_table *table, const rls_match_leaf *leaves, uint32_t leaf_count)
{
    for (uint32_t i = 0; i < leaf_count; i++) {
        float    weight = leaves[i].weight;
        uint64_t value = WEIGHT_UNIT / 64;
        uint32_t slot = i < SLOTS ? i : SLOTS - 1;
        if (weight > 0 && weight < 1e9f)
            value += (uint64_t)(weight * WEIGHT_UNIT);
        if (value > table->weights[slot])
            table->weights[slot] = value;
        if (value > table->most_weight)
            table->most_weight = value;
    }
    for (size_t i = 0; i < table->span_count; i++)
        table->present |= UINT64_C(1) << slot_of(&table->spans[i]);
}

static uint64_t
worth_of_slots(const span_table *table, uint64_t slots)
{
    uint64_t sum = 0;

    for (uint32_t slot = 0; slot < SLOTS; slot++)
        sum += (slots >> slot & 1) * table->weights[slot];
    return sum;
}

/* --- runs of spans --- */

/* A window over spans that slides forward only. */
typedef struct span_window {
    const span_table *table;
    uint64_t          seen;
    size_t            first, last;
    uint32_t          counts[SLOTS];
    uint64_t          worth;
} span_window;

static uint64_t
worth_of(const span_window *window, uint32_t slot, uint32_t nth)
{
    uint64_t weight = window->table->weights[slot];

    return nth == 0 && (window->seen >> slot & 1) == 0 ? weight * REPEAT_PART : weight;
}

static void
take_span(span_window *window)
{
    uint32_t slot = slot_of(&window->table->spans[window->last++]);

    window->worth += worth_of(window, slot, window->counts[slot]++);
}

static void
drop_span(span_window *window)
{
    uint32_t slot = slot_of(&window->table->spans[window->first++]);

    window->worth -= worth_of(window, slot, --window->counts[slot]);
}

static bool
crosses(const span_choice *choice, uint32_t start, uint32_t end)
{
    for (uint32_t i = 0; i < choice->count; i++) {
        if (start < choice->runs[i].end && choice->runs[i].start < end)
            return true;
    }
    return false;
}

/* The first spans of [first, last) that have all leaves of it: repeats behind them leave their room
 * to the sentence. */
static span_run
shortest_run(const span_table *table, uint64_t seen, size_t first, size_t last)
{
    span_run run = {table->spans[first].start, 0, 0};
    uint64_t all = 0, met = 0;

    for (size_t i = first; i < last; i++)
        all |= UINT64_C(1) << slot_of(&table->spans[i]);
    for (size_t i = first; i < last && met != all; i++) {
        met |= UINT64_C(1) << slot_of(&table->spans[i]);
        if (table->spans[i].end > run.end)
            run.end = table->spans[i].end;
    }
    run.fresh = all & ~seen;
    return run;
}

/* Bytes that the begin of a passage may be away from its first match. */
static uint32_t
reach_back(const span_run *run, uint32_t size)
{
    uint32_t covered = run->end - run->start;
    uint32_t room = size > covered ? size - covered : 0;

    return room - room / 3;
}

/* What it is worth when a passage of `size` bytes around the run can begin with a sentence: three
 * repeats of the heaviest leaf. */
static uint64_t
worth_of_begin(const span_table *table, const span_run *run, uint32_t size)
{
    uint32_t back = reach_back(run, size);
    uint32_t least = run->start > back ? run->start - back : 0;

    return rls_sentence_start(table->text, run->start, least) == NOWHERE ? 0
                                                                         : 3 * table->most_weight;
}

/* Finds the best run of spans for a passage of `size` bytes that touches no chosen one, the first
 * of equals, and adds it. False when there is none with a new leaf. Context is worth as much as the
 * last match: runs take three quarters of the room. */
static bool
add_best_run(const span_table *table, span_choice *choice, uint32_t size)
{
    const rls_mark_span *spans = table->spans;
    span_window          window = {.table = table, .seen = choice->seen};
    uint32_t             most = size - size / 4, looked = 0;
    uint64_t             best = 0;
    span_run             best_run = {0, 0, 0};

    while (window.first < table->span_count) {
        uint32_t start = spans[window.first].start;
        if (window.last == window.first) {
            if (crosses(choice, start, spans[window.first].end)) {
                window.first = ++window.last;
                continue;
            }
            take_span(&window);
        }
        while (window.last < table->span_count && spans[window.last].end - start <= most &&
               !crosses(choice, start, spans[window.last].end))
            take_span(&window);
        if (window.worth + 3 * table->most_weight > best) {
            bool     look = looked++ < BEGINS_MAX;
            uint64_t worth = window.worth;
            span_run run = {0, 0, 0};
            if (look || worth > best)
                run = shortest_run(table, choice->seen, window.first, window.last);
            if (look)
                worth += worth_of_begin(table, &run, size);
            if (worth > best) {
                best = worth;
                best_run = run;
            }
        }
        drop_span(&window);
    }
    if (best_run.fresh == 0)
        return false;
    choice->seen |= best_run.fresh;
    choice->runs[choice->count++] = best_run;
    return true;
}

static void
choose_runs(const span_table *table, uint32_t size, uint32_t pieces, span_choice *choice)
{
    *choice = (span_choice){0};
    while (choice->count < pieces && add_best_run(table, choice, size / pieces)) {
    }
}

/* As few runs as have the most of the query. */
static void
choose_best_runs(const span_table *table, uint32_t size, uint32_t limit, span_choice *best)
{
    choose_runs(table, size, 1, best);
    for (uint32_t pieces = 2; pieces <= limit && size / pieces >= PIECE_MIN; pieces++) {
        span_choice choice;
        if (best->seen == table->present)
            return;
        choose_runs(table, size, pieces, &choice);
        if (worth_of_slots(table, choice.seen) > worth_of_slots(table, best->seen))
            *best = choice;
    }
}

static void
sort_runs(span_choice *choice)
{
    for (uint32_t i = 1; i < choice->count; i++) {
        span_run moving = choice->runs[i];
        uint32_t j = i;
        for (; j > 0 && choice->runs[j - 1].start > moving.start; j--)
            choice->runs[j] = choice->runs[j - 1];
        choice->runs[j] = moving;
    }
}

/* --- from runs to passages --- */

/* Where a passage begins whose first match is at `at`: at a sentence within `far` bytes before,
 * else at a word within `near` bytes before. */
static uint32_t
choose_begin(rls_passage_text text, uint32_t at, uint32_t least, uint32_t far, uint32_t near)
{
    uint32_t farthest = at - least > far ? at - far : least;
    uint32_t nearest = at - least > near ? at - near : least;
    uint32_t begin = rls_sentence_start(text, at, farthest);

    if (begin == NOWHERE)
        begin = rls_word_start(text.prose, nearest, at);
    if (begin == at) /* a match inside a word, such as a part of a compound */
        begin = rls_word_begin(text.prose, at, farthest);
    return begin;
}

/* The same with room to fill: as far back as `room` goes, give or take a third for a sentence. */
static uint32_t
choose_far_begin(rls_passage_text text, uint32_t at, uint32_t least, uint32_t room)
{
    uint32_t begin;

    if (at - least <= room)
        return least;
    begin = rls_sentence_start(text, at - room + room / 3, at - room);
    return begin == NOWHERE ? rls_word_start(text.prose, at - room, at) : begin;
}

/* Where a passage ends that has matches up to `at` and may reach to `most`: there when all the rest
 * fits, else at a sentence in the last two thirds of the room, else at a word. */
static uint32_t
choose_end(rls_passage_text text, uint32_t at, uint32_t room, uint32_t most)
{
    uint32_t farthest = most - at <= room ? most : at + room;
    uint32_t spared = room - room / 3 > SCRAP ? room - room / 3 : room < SCRAP ? room : SCRAP;
    uint32_t end;

    if (farthest == most && rls_visible_from(text.prose, most) >= text.prose.size)
        return most;
    end = rls_sentence_end(text, farthest, farthest - spared);
    return end == NOWHERE || end <= at ? rls_word_end(text.prose, farthest, at) : end;
}

static rls_passage
trim(rls_bytes prose, uint32_t start, uint32_t end)
{
    uint32_t size;

    while (start < end && (size = rls_space_at(prose, start)) > 0)
        start += size;
    while (end > start && (size = rls_space_before(prose, end)) > 0)
        end -= size;
    return (rls_passage){start, end < start ? start : end};
}

/* Makes a passage of at most `size` bytes between `least` and `most` around a run. */
static rls_passage
grow(rls_passage_text text, const span_run *run, uint32_t size, uint32_t least, uint32_t most)
{
    uint32_t end = run->end, begin, room;

    if (end - run->start > size) { /* a long phrase: cut it at a word, or where it must be */
        end = rls_word_end(text.prose, run->start + size, run->start);
        if (end == run->start)
            end = rls_character_edge(text.prose, run->start + size);
    }
    room = size - (end - run->start);
    begin = choose_begin(text, run->start, least, reach_back(run, size), room / 4);
    room -= run->start - begin;
    end = choose_end(text, end, room, most);
    room = size - (end - begin);
    if (end == most && begin > least && room > SIZE_MIN / 2) /* the text ends */
        begin = choose_far_begin(text, run->start, least, run->start - begin + room);
    return trim(text.prose, begin, end);
}

uint32_t
rls_passages_choose(rls_passage_text text, const rls_match_leaf *leaves, uint32_t leaf_count,
                    const rls_mark_span *spans, size_t span_count, uint32_t size, uint32_t limit,
                    rls_passage *out_passages)
{
    uint32_t    text_size = (uint32_t)text.prose.size, begin = rls_visible_from(text.prose, 0);
    span_table  table = {.spans = spans, .span_count = span_count, .text = text};
    span_choice choice;
    uint32_t    least = begin, used = 0;

    if (begin >= text_size || limit == 0)
        return 0;
    if (size < SIZE_MIN)
        size = SIZE_MIN;
    if (limit > RLS_PASSAGE_LIMIT)
        limit = RLS_PASSAGE_LIMIT;
    fill_table(&table, leaves, leaf_count);
    choose_best_runs(&table, size, limit, &choice);
    if (choice.count == 0)
        choice = (span_choice){.runs = {{begin, begin, 0}}, .count = 1};
    sort_runs(&choice);
    for (uint32_t i = 0; i < choice.count; i++) {
        bool     is_last = i + 1 == choice.count;
        uint32_t most = is_last ? text_size : choice.runs[i + 1].start;
        uint32_t share = (size - used) / (choice.count - i);
        if (choice.runs[i].start < least)
            choice.runs[i].start = least;
        out_passages[i] = grow(text, &choice.runs[i], share, least, most);
        used += out_passages[i].end - out_passages[i].start;
        least = out_passages[i].end;
    }
    return choice.count;
}
