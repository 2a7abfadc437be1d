#include "analysis/word_break.h"

static inline bool
attaches(rls_word_class class)
{
    return class == RLS_WORD_EXTEND || class == RLS_WORD_FORMAT || class == RLS_WORD_ZWJ;
}

static inline bool
is_letter(rls_word_class class)
{
    return class == RLS_WORD_LETTER || class == RLS_WORD_HEBREW;
}

static inline bool
is_pictograph(rls_word_class class)
{
    return class == RLS_WORD_PICTOGRAPH || class == RLS_WORD_EMOJI ||
           class == RLS_WORD_PICTOGRAPH_LETTER;
}

/* The class of the first character from `at` on that is not attached to the one before it; *place
 * is where it stands. RLS_WORD_OTHER at the end of the text. */
static rls_word_class
class_after(rls_bytes text, uint32_t at, uint32_t *place)
{
    uint32_t size;

    while (at < text.size) {
        rls_word_class class = rls_word_class_at(text, at, &size);
        if (!attaches(class)) {
            *place = at;
            return class;
        }
        at += size;
    }
    *place = at;
    return RLS_WORD_OTHER;
}

static rls_word_class
plain_class(rls_word_class class)
{
    switch (class) {
    case RLS_WORD_PICTOGRAPH_LETTER:
        return RLS_WORD_LETTER;
    case RLS_WORD_IDEOGRAPH:
    case RLS_WORD_SUBSCRIPT:
    case RLS_WORD_PICTOGRAPH:
    case RLS_WORD_EMOJI:
        return RLS_WORD_OTHER;
    default:
        return class;
    }
}

/* Rules that look at the two neighbours alone: WB5, WB8 to WB10, WB13 to WB13b. */
static bool
joins(rls_word_class before, rls_word_class after)
{
    switch (before) {
    case RLS_WORD_HEBREW:
    case RLS_WORD_LETTER:
    case RLS_WORD_NUMERIC:
        return is_letter(after) || after == RLS_WORD_NUMERIC || after == RLS_WORD_JOINER;
    case RLS_WORD_KATAKANA:
        return after == RLS_WORD_KATAKANA || after == RLS_WORD_JOINER;
    case RLS_WORD_JOINER:
        return is_letter(after) || after == RLS_WORD_NUMERIC || after == RLS_WORD_KATAKANA ||
               after == RLS_WORD_JOINER;
    default:
        return false;
    }
}

/* Rules with a character between: WB6 and WB7, WB7b and WB7c, WB11 and WB12. */
static bool
joins_over(rls_word_class before, rls_word_class between, rls_word_class after)
{
    switch (between) {
    case RLS_WORD_MID_LETTER:
        return is_letter(before) && is_letter(after);
    case RLS_WORD_MID_NUM_LET:
    case RLS_WORD_SINGLE_QUOTE:
        return (is_letter(before) && is_letter(after)) ||
               (before == RLS_WORD_NUMERIC && after == RLS_WORD_NUMERIC);
    case RLS_WORD_MID_NUM:
        return before == RLS_WORD_NUMERIC && after == RLS_WORD_NUMERIC;
    case RLS_WORD_DOUBLE_QUOTE:
        return before == RLS_WORD_HEBREW && after == RLS_WORD_HEBREW;
    default:
        return false;
    }
}

uint32_t
rls_word_break_next(rls_bytes text, uint32_t at)
{
    uint32_t       size, place;
    rls_word_class raw = rls_word_class_at(text, at, &size); /* of the last character, whatever */
    rls_word_class before = plain_class(raw);                /* of the last that is not attached */

    at += size;
    if (before == RLS_WORD_LF || before == RLS_WORD_NEWLINE)
        return at;
    if (before == RLS_WORD_CR)
        return at < text.size && text.data[at] == '\n' ? at + 1 : at;

    while (at < text.size) {
        rls_word_class next_raw = rls_word_class_at(text, at, &size);
        rls_word_class next = plain_class(next_raw);

        if (attaches(next)) {
            raw = next_raw;
            at += size;
            continue;
        }
        if (before == RLS_WORD_REGIONAL && next == RLS_WORD_REGIONAL) {
            next = RLS_WORD_OTHER; /* WB15, WB16: in pairs */
        } else if (!(raw == RLS_WORD_ZWJ && is_pictograph(next_raw)) &&
                   !(raw == RLS_WORD_SPACE && next == RLS_WORD_SPACE) && !joins(before, next)) {
            rls_word_class after = plain_class(class_after(text, at + size, &place));
            if (joins_over(before, next, after)) {
                next_raw = next = after;
                at = place;
                rls_word_class_at(text, at, &size);
            } else if (before != RLS_WORD_HEBREW || next != RLS_WORD_SINGLE_QUOTE) { /* WB7a */
                break;
            }
        }
        raw = next_raw;
        before = next;
        at += size;
    }
    return at;
}

static inline bool
is_ascii_word(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

static rls_word_class
atom_class(rls_word_class class, uint32_t point)
{
    switch (class) {
    case RLS_WORD_PICTOGRAPH_LETTER:
    case RLS_WORD_SUBSCRIPT:
        return RLS_WORD_LETTER;
    case RLS_WORD_JOINER:
        return point == 0x202f ? RLS_WORD_OTHER : class;
    default:
        return class;
    }
}

/* What `point`, between two letters, makes of them: RLS_JOINT_NONE for one atom. */
static rls_word_joint
letter_joint(uint32_t point, bool between_l)
{
    switch (point) {
    case '.':
    case 0x2024:
    case 0xfe52:
    case 0xff0e:
        return RLS_JOINT_DOT;
    case 0xb7:
    case 0x387:
        return between_l ? RLS_JOINT_NONE : RLS_JOINT_COLON;
    case ':':
    case 0xfe13:
    case 0xfe55:
    case 0xff1a:
        return RLS_JOINT_COLON;
    default:
        return RLS_JOINT_NONE;
    }
}

static inline bool
is_l(rls_bytes text, uint32_t at)
{
    return at < text.size && (text.data[at] | 0x20) == 'l';
}

void
rls_word_atom_scan(rls_bytes text, uint32_t at, rls_word_atom *atom)
{
    const uint8_t *data = text.data, *end = data + text.size;
    rls_word_class before = RLS_WORD_OTHER;
    uint32_t       bases = 0, size, point, place;

    atom->joint = RLS_JOINT_NONE;
    while (at < text.size) {
        rls_word_class class, after;

        if (is_ascii_word(data[at])) {
            uint32_t first = at;
            do
                at++;
            while (at < text.size && is_ascii_word(data[at]));
            bases += at - first;
            before = data[at - 1] <= '9' ? RLS_WORD_NUMERIC : RLS_WORD_LETTER;
            continue;
        }
        size = rls_utf8_next(data + at, end, &point);
        class = atom_class(rls_word_class_of(point), point);
        if (attaches(class)) {
            at += size;
            continue;
        }
        if (is_letter(class) || class == RLS_WORD_NUMERIC) {
            at += size;
            bases++;
            before = class;
            continue;
        }
        if (class == RLS_WORD_JOINER) {
            place = at;
            do {
                place += size;
                class = class_after(text, place, &place);
                if (place == text.size)
                    break;
                size = rls_utf8_next(data + place, end, &point);
                class = atom_class(class, point);
            } while (class == RLS_WORD_JOINER);
            if (is_letter(class) || class == RLS_WORD_NUMERIC) {
                atom->joint = RLS_JOINT_UNDERSCORE;
                atom->next = place;
            }
            break;
        }
        if (class < RLS_WORD_SINGLE_QUOTE || class > RLS_WORD_MID_NUM)
            break;
        after = atom_class(class_after(text, at + size, &place), 0);
        if (!joins_over(before, class, after))
            break;
        if (class == RLS_WORD_MID_NUM)
            atom->joint = RLS_JOINT_COMMA;
        else if (before != RLS_WORD_NUMERIC)
            atom->joint = letter_joint(point, is_l(text, at - 1) && is_l(text, at + size));
        if (atom->joint != RLS_JOINT_NONE) {
            atom->next = place;
            break;
        }
        at = place;
    }
    atom->end = at;
    if (atom->joint == RLS_JOINT_NONE)
        atom->next = at;
    atom->single = bases == 1 && before != RLS_WORD_NUMERIC;
}
