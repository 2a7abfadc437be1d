#include "query/pattern_nodes.h"

#include "analysis/utf8.h"

/* States are made when they are first needed and kept in a table (as lazily built DFAs are; Aho,
 * Sethi & Ullman 1986). When the table is full, all are forgotten but the first two and the one
 * just made. */
enum {
    ARENA_CHUNK = 2048,
    CELLS = 1 << 16, /* transitions kept, about */
    STATES_FIRST = 16,
    STATES_MIN = 32, /* however many classes there are */
    STATES_MAX = 1024,
    NO_EDITS = 255,
    ASCII = 128,
    NEEDLE_MAX = 16
};

#define UNKNOWN UINT16_MAX

struct rls_pattern_walker {
    rls_heap                    *heap;
    rls_arena                    arena; /* of the automaton */
    rls_pattern_automaton        automaton;
    const rls_pattern_automaton *pattern;               /* that one */
    uint32_t                     words;                 /* of a set of nodes */
    uint32_t                     state_room, state_max; /* states that have room now; that may */
    uint32_t                     state_count, age;
    uint64_t *sets;  /* [state * words]: its nodes that read a character or match */
    uint16_t *next;  /* [state * class_count] */
    uint8_t  *edits; /* of a state that accepts; NO_EDITS */
    uint32_t *slots; /* hash of a set → state; 0: free, for DEAD is never looked for */
    uint32_t  slot_mask;
    uint64_t *made; /* the set under way */
    uint32_t *stack;
    uint16_t  ascii[ASCII]; /* class of a character */
    uint32_t  needle_size;
    uint8_t   needle[NEEDLE_MAX];
};

static uint32_t
class_of(const rls_pattern_walker *walker, uint32_t point)
{
    const uint32_t *bounds = walker->pattern->bounds;
    uint32_t        low = 0, high = walker->pattern->class_count;

    if (point < ASCII)
        return walker->ascii[point];
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (bounds[middle] <= point)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Adds a node and all that are reached from it without a character. */
static void
add_node(rls_pattern_walker *walker, uint32_t node)
{
    const rls_pattern_node *nodes = walker->pattern->nodes;
    uint32_t                depth = 0;

    walker->stack[depth++] = node;
    while (depth > 0) {
        node = walker->stack[--depth];
        if (walker->made[node / 64] >> (node % 64) & 1)
            continue;
        walker->made[node / 64] |= UINT64_C(1) << (node % 64);
        if (nodes[node].op == RLS_PATTERN_SPLIT) {
            walker->stack[depth++] = (uint32_t)((int)node + nodes[node].a);
            walker->stack[depth++] = (uint32_t)((int)node + nodes[node].b);
        }
    }
}

static uint64_t
hash_set(const uint64_t *set, uint32_t words)
{
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);

    for (uint32_t i = 0; i < words; i++) {
        hash = (hash ^ set[i]) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    return hash;
}

/* Appends the set under way as a state of its own. */
static uint32_t
add_state(rls_pattern_walker *walker)
{
    const rls_pattern_automaton *pattern = walker->pattern;
    uint32_t                     state = walker->state_count++;
    uint64_t                    *set = walker->sets + (size_t)state * walker->words;
    uint8_t                      edits = NO_EDITS;

    memcpy(set, walker->made, walker->words * sizeof *set);
    memset(walker->next + (size_t)state * pattern->class_count, 0xff,
           pattern->class_count * sizeof *walker->next);
    for (uint32_t word = 0; word < walker->words; word++)
        for (uint64_t left = set[word]; left != 0; left &= left - 1) {
            const rls_pattern_node *node =
                &pattern->nodes[word * 64 + (uint32_t)__builtin_ctzll(left)];
            if (node->op == RLS_PATTERN_MATCH && node->edits < edits)
                edits = node->edits;
        }
    walker->edits[state] = edits;
    return state;
}

static void
put_slot(rls_pattern_walker *walker, uint32_t state)
{
    uint32_t at = (uint32_t)hash_set(walker->sets + (size_t)state * walker->words, walker->words);

    while (walker->slots[at & walker->slot_mask] != 0)
        at++;
    walker->slots[at & walker->slot_mask] = state;
}

static void
put_slots(rls_pattern_walker *walker)
{
    memset(walker->slots, 0, (walker->slot_mask + (size_t)1) * sizeof *walker->slots);
    for (uint32_t state = RLS_PATTERN_START; state < walker->state_count; state++)
        put_slot(walker, state);
}

static void
forget_states(rls_pattern_walker *walker)
{
    walker->state_count = RLS_PATTERN_START + 1;
    walker->age++;
    memset(walker->next + (size_t)RLS_PATTERN_START * walker->pattern->class_count, 0xff,
           walker->pattern->class_count * sizeof *walker->next);
    put_slots(walker);
}

/* Room for `states`; false when there is no memory, and all is as it was. */
static bool
grow_states(rls_pattern_walker *walker, uint32_t states)
{
    size_t    classes = walker->pattern->class_count;
    uint32_t  slots = 1;
    void     *sets, *next, *edits;
    uint32_t *fresh;

    while (slots < 2 * states)
        slots *= 2;
    fresh = rls_alloc(walker->heap, slots, sizeof *fresh);
    if (fresh == NULL)
        return false;
    sets = rls_resize(walker->heap, walker->sets, (size_t)states * walker->words,
                      sizeof *walker->sets);
    walker->sets = sets != NULL ? sets : walker->sets;
    next = rls_resize(walker->heap, walker->next, states * classes, sizeof *walker->next);
    walker->next = next != NULL ? next : walker->next;
    edits = rls_resize(walker->heap, walker->edits, states, sizeof *walker->edits);
    walker->edits = edits != NULL ? edits : walker->edits;
    if (sets == NULL || next == NULL || edits == NULL) {
        rls_free(walker->heap, fresh);
        return false;
    }
    rls_free(walker->heap, walker->slots);
    walker->slots = fresh;
    walker->slot_mask = slots - 1;
    walker->state_room = states;
    put_slots(walker);
    return true;
}

/* The state of the set under way. */
static uint32_t
find_state(rls_pattern_walker *walker)
{
    uint64_t any = 0;
    uint32_t at, state;

    for (uint32_t i = 0; i < walker->words; i++)
        any |= walker->made[i];
    if (any == 0)
        return RLS_PATTERN_DEAD;
    at = (uint32_t)hash_set(walker->made, walker->words);
    for (; (state = walker->slots[at & walker->slot_mask]) != 0; at++)
        if (memcmp(walker->sets + (size_t)state * walker->words, walker->made,
                   walker->words * sizeof *walker->made) == 0)
            return state;
    if (walker->state_count == walker->state_room) {
        uint32_t more = 2 * walker->state_room;
        if (walker->state_room == walker->state_max ||
            !grow_states(walker, more < walker->state_max ? more : walker->state_max))
            forget_states(walker);
    }
    state = add_state(walker);
    put_slot(walker, state);
    return state;
}

static bool
set_has(const rls_pattern_automaton *pattern, uint32_t number, uint32_t point)
{
    uint32_t low = pattern->sets[number].begin, high = pattern->sets[number].end;

    /* The last range that begins at or before the character. */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pattern->ranges[middle].first <= point)
            low = middle + 1;
        else
            high = middle;
    }
    return low > pattern->sets[number].begin && pattern->ranges[low - 1].last >= point;
}

/* Makes the state behind any character of the class. */
static uint32_t
make_step(rls_pattern_walker *walker, uint32_t state, uint32_t class)
{
    const rls_pattern_automaton *pattern = walker->pattern;
    const uint64_t              *set = walker->sets + (size_t)state * walker->words;
    uint32_t                     point = pattern->bounds[class], age = walker->age, made;

    memset(walker->made, 0, walker->words * sizeof *walker->made);
    for (uint32_t word = 0; word < walker->words; word++)
        for (uint64_t left = set[word]; left != 0; left &= left - 1) {
            uint32_t                number = word * 64 + (uint32_t)__builtin_ctzll(left);
            const rls_pattern_node *node = &pattern->nodes[number];
            if (node->op == RLS_PATTERN_ANY ||
                (node->op == RLS_PATTERN_SET && set_has(pattern, node->set, point)))
                add_node(walker, (uint32_t)((int)number + node->a));
        }
    made = find_state(walker);
    if (walker->age == age)
        walker->next[(size_t)state * pattern->class_count + class] = (uint16_t)made;
    return made;
}

static inline uint32_t
step_class(rls_pattern_walker *walker, uint32_t state, uint32_t class)
{
    uint16_t known = walker->next[(size_t)state * walker->pattern->class_count + class];

    return known != UNKNOWN ? known : make_step(walker, state, class);
}

uint32_t
rls_pattern_walker_step(rls_pattern_walker *walker, uint32_t state, uint32_t point)
{
    if (point >= RLS_POINT_END || state == RLS_PATTERN_DEAD)
        return RLS_PATTERN_DEAD;
    return step_class(walker, state, class_of(walker, point));
}

uint32_t
rls_pattern_walker_run(rls_pattern_walker *walker, rls_bytes text, size_t *at, uint32_t state,
                       uint32_t *states)
{
    uint32_t classes = walker->pattern->class_count, age = walker->age;
    size_t   i = *at;

    while (i < text.size && walker->age == age) {
        uint32_t point = text.data[i], size = 1, next = UNKNOWN;
        if (point < ASCII)
            next = walker->next[(size_t)state * classes + walker->ascii[point]];
        else
            size = rls_utf8_next(text.data + i, text.data + text.size, &point);
        if (next == UNKNOWN)
            next = rls_pattern_walker_step(walker, state, point);
        if (next == RLS_PATTERN_DEAD) {
            state = RLS_PATTERN_DEAD;
            break;
        }
        for (uint32_t n = 1; n < size; n++)
            states[i + n] = RLS_PATTERN_NO_STATE;
        i += size;
        states[i] = state = next;
    }
    *at = i;
    return state;
}

uint32_t
rls_pattern_walker_age(const rls_pattern_walker *walker)
{
    return walker->age;
}

bool
rls_pattern_walker_accepts(const rls_pattern_walker *walker, uint32_t state, uint32_t *out_edits)
{
    *out_edits = walker->edits[state];
    return walker->edits[state] != NO_EDITS;
}

uint32_t
rls_pattern_walker_next_point(rls_pattern_walker *walker, uint32_t state, uint32_t point)
{
    const rls_pattern_automaton *pattern = walker->pattern;
    uint32_t                     next = point + 1, class;

    if (state == RLS_PATTERN_DEAD || next >= RLS_POINT_END)
        return UINT32_MAX;
    for (class = class_of(walker, next); class < pattern->class_count; class ++) {
        uint32_t age = walker->age;
        if (step_class(walker, state, class) != RLS_PATTERN_DEAD)
            return pattern->bounds[class] > next ? pattern->bounds[class] : next;
        if (walker->age != age)
            return next; /* the state is forgotten; every character may do */
    }
    return UINT32_MAX;
}

bool
rls_pattern_walker_match(rls_pattern_walker *walker, rls_bytes folded, uint32_t *out_edits)
{
    const uint8_t *at = folded.data, *end = folded.data + folded.size;
    uint32_t       state = RLS_PATTERN_START;

    while (at < end && state != RLS_PATTERN_DEAD) {
        uint32_t point;
        at += rls_utf8_next(at, end, &point);
        state = rls_pattern_walker_step(walker, state, point);
    }
    return rls_pattern_walker_accepts(walker, state, out_edits);
}

void
rls_pattern_walker_free(rls_pattern_walker *walker)
{
    if (walker == NULL)
        return;
    rls_free(walker->heap, walker->sets);
    rls_free(walker->heap, walker->next);
    rls_free(walker->heap, walker->edits);
    rls_free(walker->heap, walker->slots);
    rls_free(walker->heap, walker->made);
    rls_free(walker->heap, walker->stack);
    rls_arena_release(&walker->arena);
    rls_free(walker->heap, walker);
}

static void
init_states(rls_pattern_walker *walker)
{
    for (uint32_t point = 0, class = 0; point < ASCII; point++) {
        while (class + 1 < walker->pattern->class_count &&
               walker->pattern->bounds[class + 1] <= point)
            class ++;
        walker->ascii[point] = (uint16_t) class;
    }
    add_state(walker); /* DEAD, which leads to itself */
    memset(walker->next, 0, walker->pattern->class_count * sizeof *walker->next);
    add_node(walker, 0);
    add_state(walker);
    put_slot(walker, RLS_PATTERN_START);
}

/* The only character of a node. */
static bool
is_point(const rls_pattern_automaton *pattern, const rls_pattern_node *node, uint32_t *out_point)
{
    const rls_point_set *set = &pattern->sets[node->set];

    if (node->op != RLS_PATTERN_SET || set->end != set->begin + 1 ||
        pattern->ranges[set->begin].first != pattern->ranges[set->begin].last)
        return false;
    *out_point = pattern->ranges[set->begin].first;
    return *out_point < RLS_POINT_END;
}

/* The longest row of characters of a wildcard that begins with a star, or as much as there is room
 * for. The nodes of a wildcard are passed one after the other. */
static void
find_needle(rls_pattern_walker *walker, rls_pattern_kind kind)
{
    const rls_pattern_automaton *pattern = walker->pattern;
    uint8_t                      row[NEEDLE_MAX];
    uint32_t                     size = 0, point;

    if (kind != RLS_PATTERN_WILDCARD || pattern->nodes[0].op != RLS_PATTERN_SPLIT)
        return;
    for (uint32_t i = 0; i < pattern->node_count; i++) {
        if (!is_point(pattern, &pattern->nodes[i], &point)) {
            size = 0;
            continue;
        }
        if (size + 4 <= NEEDLE_MAX)
            size += rls_utf8_put(row + size, point);
        if (size > walker->needle_size) {
            memcpy(walker->needle, row, size);
            walker->needle_size = size;
        }
    }
}

rls_bytes
rls_pattern_walker_needle(const rls_pattern_walker *walker)
{
    return rls_bytes_of(walker->needle, walker->needle_size);
}

static rls_status
build_automaton(rls_pattern_walker *walker, const rls_pattern *pattern, rls_error *err)
{
    rls_pattern   own = *pattern;
    rls_analyzer *folder;
    rls_status    status = rls_analyzer_new(walker->heap, rls_bytes_of("none", 4), &folder, err);

    if (status != RLS_OK)
        return status;
    status = rls_pattern_build(walker->heap, &walker->arena, folder, &own, &walker->automaton, err);
    rls_analyzer_free(folder);
    walker->pattern = &walker->automaton;
    return status;
}

rls_status
rls_pattern_walker_new(rls_heap *heap, const rls_pattern *pattern, rls_pattern_walker **out_walker,
                       rls_error *err)
{
    rls_pattern_walker *walker = rls_alloc_zeroed(heap, 1, sizeof *walker);
    uint32_t            states;
    rls_status          status;

    *out_walker = NULL;
    if (walker == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a pattern");
    walker->heap = heap;
    rls_arena_init(&walker->arena, heap, ARENA_CHUNK);
    status = build_automaton(walker, pattern, err);
    if (status != RLS_OK)
        goto fail;
    states = CELLS / walker->pattern->class_count;
    states = states < STATES_MIN ? STATES_MIN : states > STATES_MAX ? STATES_MAX : states;
    walker->words = walker->pattern->node_count / 64 + 1;
    walker->state_max = states;
    walker->made = rls_alloc_zeroed(heap, walker->words, sizeof *walker->made);
    /* A node is taken from the stack before it puts two there, and is looked at once. */
    walker->stack =
        rls_alloc(heap, 2 * (size_t)walker->pattern->node_count + 2, sizeof *walker->stack);
    if (walker->made == NULL || walker->stack == NULL || !grow_states(walker, STATES_FIRST)) {
        status = rls_fail(err, RLS_NO_MEMORY, "no memory for a pattern");
        goto fail;
    }
    init_states(walker);
    find_needle(walker, pattern->kind);
    *out_walker = walker;
    return RLS_OK;

fail:
    rls_pattern_walker_free(walker);
    return status;
}
