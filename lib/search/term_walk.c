#include "search/term_walk.h"

#include <inttypes.h>

#include "analysis/utf8.h"

enum {
    NEAR_TERMS = 6 /* passed over one by one before the walk seeks */
};

rls_status
rls_term_walk_init(rls_term_walk *walk, rls_heap *heap, const rls_termdict *dict, rls_bytes prefix,
                   rls_pattern_walker *walker, rls_error *err)
{
    *walk = (rls_term_walk){.walker = walker, .prefix = prefix.size};
    rls_termdict_cursor_init(&walk->cursor, heap, dict);
    rls_buffer_init(&walk->target, heap);
    rls_buffer_append(&walk->target, prefix.data, prefix.size);
    if (prefix.size == 0)
        rls_buffer_put_u8(&walk->target, ' '); /* below it are no words */
    if (walk->target.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to look through terms");
    return RLS_OK;
}

void
rls_term_walk_release(rls_term_walk *walk)
{
    rls_free(walk->target.heap, walk->states);
    rls_buffer_release(&walk->target);
    rls_termdict_cursor_release(&walk->cursor);
}

/* Sets the target to the least term above all that begin with term[0, at) and the character of
 * `size` bytes there, by which the automaton may live. False: there is none. */
static bool
set_target(rls_term_walk *walk, rls_bytes term, size_t at, uint32_t point)
{
    for (;;) {
        uint32_t next =
            rls_pattern_walker_next_point(walk->walker, walk->states[at - walk->prefix], point);
        uint8_t bytes[4];
        if (next != UINT32_MAX) {
            rls_buffer_clear(&walk->target);
            rls_buffer_append(&walk->target, term.data, at);
            rls_buffer_append(&walk->target, bytes, rls_utf8_put(bytes, next));
            return true;
        }
        if (rls_pattern_walker_age(walk->walker) != walk->age || at == walk->prefix)
            return false;
        /* The character before must be a greater one. */
        at -= rls_utf8_previous(term.data + walk->prefix, term.data + at, &point);
        if (walk->states[at - walk->prefix] == RLS_PATTERN_NO_STATE)
            return false;
    }
}

/* Where the automaton may go on from: the last whole character that this term shares with what was
 * read of the one before. */
static size_t
shared_end(const rls_term_walk *walk)
{
    size_t at = walk->cursor.kept < walk->read ? walk->cursor.kept : walk->read;

    if (at <= walk->prefix || rls_pattern_walker_age(walk->walker) != walk->age)
        return walk->prefix;
    while (at > walk->prefix && walk->states[at - walk->prefix] == RLS_PATTERN_NO_STATE)
        at--;
    return at;
}

static bool
make_room(rls_term_walk *walk, rls_bytes term)
{
    size_t needed = term.size - walk->prefix + 2;
    void  *states = walk->states;

    if (needed <= walk->state_capacity)
        return true;
    if (!rls_grow(walk->target.heap, &states, &walk->state_capacity, needed, sizeof *walk->states))
        return false;
    walk->states = states;
    return true;
}

/* States made before are forgotten but that of the begin. */
static void
forget_states(rls_term_walk *walk, size_t end)
{
    walk->age = rls_pattern_walker_age(walk->walker);
    walk->states[0] = RLS_PATTERN_START;
    for (size_t at = walk->prefix + 1; at <= end; at++)
        walk->states[at - walk->prefix] = RLS_PATTERN_NO_STATE;
}

typedef enum verdict {
    MATCHES,
    FAILS,
    DIES, /* nothing below the target, which is set, matches */
    ENDS  /* nothing behind it matches */
} verdict;

static verdict
judge(rls_term_walk *walk, rls_bytes term)
{
    size_t   at = shared_end(walk);
    uint32_t state;
    verdict  found = FAILS;

    if (at == walk->prefix)
        forget_states(walk, at);
    state = walk->states[at - walk->prefix];
    while (at < term.size && state != RLS_PATTERN_DEAD) {
        rls_bytes rest = rls_bytes_of(term.data + walk->prefix, term.size - walk->prefix);
        size_t    end = at - walk->prefix;
        state = rls_pattern_walker_run(walk->walker, rest, &end, state, walk->states);
        at = walk->prefix + end;
        if (rls_pattern_walker_age(walk->walker) == walk->age)
            break;
        forget_states(walk, at);
        if (state != RLS_PATTERN_DEAD)
            walk->states[end] = state;
    }
    if (state == RLS_PATTERN_DEAD) {
        uint32_t point;
        rls_utf8_next(term.data + at, term.data + term.size, &point);
        if (point != RLS_UTF8_INVALID && walk->states[at - walk->prefix] != RLS_PATTERN_NO_STATE) {
            found = set_target(walk, term, at, point) ? DIES : ENDS;
            if (rls_pattern_walker_age(walk->walker) != walk->age)
                found = found == DIES ? DIES : FAILS;
        }
    } else if (rls_pattern_walker_accepts(walk->walker, state, &walk->edits)) {
        found = MATCHES;
    }
    walk->read = at;
    walk->cursor.kept = SIZE_MAX;
    return found;
}

/* To the next term that may match. Takes off `patience`, which is not 0, the terms that were
 * looked at. */
static rls_status
step(rls_term_walk *walk, uint32_t *patience, rls_error *err)
{
    rls_bytes  target = rls_buffer_bytes(&walk->target), needle = {NULL, 0};
    rls_status status = RLS_OK;
    uint32_t   before = walk->cursor.ordinal, passed;

    if (!walk->started) {
        walk->started = true;
        return rls_termdict_cursor_seek(&walk->cursor, target, err);
    }
    if (walk->walker != NULL && walk->prefix == 0)
        needle = rls_pattern_walker_needle(walk->walker);
    if (needle.size > 0) {
        status = rls_termdict_cursor_next_with(&walk->cursor, needle, *patience, err);
        passed = walk->cursor.ordinal - before;
        *patience -= passed < *patience ? passed : *patience;
        return status;
    }
    (*patience)--;
    if (!walk->seeks)
        return rls_termdict_cursor_next_term(&walk->cursor, err);
    for (int i = 0; i < NEAR_TERMS && status == RLS_OK; i++) {
        status = rls_termdict_cursor_next_term(&walk->cursor, err);
        if (status == RLS_OK &&
            rls_bytes_compare(rls_buffer_bytes(&walk->cursor.term), target) >= 0)
            return RLS_OK;
    }
    before = walk->cursor.ordinal;
    if (status == RLS_OK)
        status = rls_termdict_cursor_seek(&walk->cursor, target, err);
    /* Back among terms that were below the target, the walk would never end. */
    if (status == RLS_OK && walk->cursor.ordinal <= before)
        status = rls_fail(err, RLS_CORRUPT, "terms are out of order at %" PRIu32, before);
    return status;
}

rls_status
rls_term_walk_next(rls_term_walk *walk, uint32_t patience, rls_error *err)
{
    while (patience > 0) {
        rls_status status = step(walk, &patience, err);
        rls_bytes  term = rls_buffer_bytes(&walk->cursor.term);
        verdict    found;

        walk->seeks = false;
        if (status != RLS_OK)
            return status;
        if (term.size < walk->prefix ||
            (walk->prefix > 0 && memcmp(term.data, walk->target.data, walk->prefix) != 0))
            return RLS_NOT_FOUND;
        if (walk->walker == NULL)
            return rls_termdict_cursor_read_info(&walk->cursor, err);
        if (!make_room(walk, term))
            return rls_fail(err, RLS_NO_MEMORY, "no memory to look through terms");
        found = judge(walk, term);
        if (walk->target.failed)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to look through terms");
        if (found == MATCHES)
            return rls_termdict_cursor_read_info(&walk->cursor, err);
        if (found == ENDS)
            return RLS_NOT_FOUND;
        walk->seeks = found == DIES;
    }
    return RLS_TIMEOUT;
}
