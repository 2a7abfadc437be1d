/* Where words end, by UAX #29 (rules WB1 to WB16): the tables and the scan under the tokenizer. */
#ifndef RLS_ANALYSIS_WORD_BREAK_H
#define RLS_ANALYSIS_WORD_BREAK_H

#include "analysis/utf8.h"

#include <stdbool.h>

/* The property Word_Break, refined: an ideograph, say, is Other to UAX #29 but a token to us.
 * tools/gen_word_break.py lists them in the same order. */
typedef enum rls_word_class {
    RLS_WORD_OTHER,
    RLS_WORD_CR,
    RLS_WORD_LF,
    RLS_WORD_NEWLINE,
    RLS_WORD_EXTEND,
    RLS_WORD_ZWJ,
    RLS_WORD_FORMAT,
    RLS_WORD_KATAKANA,
    RLS_WORD_HEBREW,
    RLS_WORD_LETTER,
    RLS_WORD_SINGLE_QUOTE,
    RLS_WORD_DOUBLE_QUOTE,
    RLS_WORD_MID_NUM_LET,
    RLS_WORD_MID_LETTER,
    RLS_WORD_MID_NUM,
    RLS_WORD_NUMERIC,
    RLS_WORD_JOINER, /* ExtendNumLet: the underscore and its like */
    RLS_WORD_REGIONAL,
    RLS_WORD_SPACE,
    RLS_WORD_PICTOGRAPH,        /* Other, but Extended_Pictographic, such as © */
    RLS_WORD_EMOJI,             /* a pictograph shown as emoji by default */
    RLS_WORD_PICTOGRAPH_LETTER, /* ALetter and Extended_Pictographic, such as Ⓜ */
    RLS_WORD_IDEOGRAPH, /* Other, but a letter: Han, Hiragana, Thai, Lao, Khmer, Myanmar … */
    RLS_WORD_SUBSCRIPT  /* Other, a digit below the line, as in CO₂ */
} rls_word_class;

/* Blocks of 16 code points, of which many are alike, in groups of 32, of which many are. */
extern const char     rls_word_break_version[]; /* of Unicode, such as "15.0.0" */
extern const uint16_t rls_word_break_groups[0x110000 / 512];
extern const uint16_t rls_word_break_index[];  /* 32 a group */
extern const uint8_t  rls_word_break_blocks[]; /* 16 a block */

static inline rls_word_class
rls_word_class_of(uint32_t point)
{
    uint32_t block;

    if (point >= 0x110000)
        return RLS_WORD_OTHER;
    block = rls_word_break_index[rls_word_break_groups[point >> 9] * 32 + (point >> 4) % 32];
    return (rls_word_class)rls_word_break_blocks[block * 16 + point % 16];
}

/* The end of the segment that begins at the boundary `at` (< text.size): UAX #29 to the letter. */
uint32_t rls_word_break_next(rls_bytes text, uint32_t at);

/* What stands between two atoms of one segment. */
typedef enum rls_word_joint {
    RLS_JOINT_NONE,  /* the segment ends with the atom */
    RLS_JOINT_DOT,   /* between letters */
    RLS_JOINT_COLON, /* between letters; also the middle dot, unless it is Catalan's l·l */
    RLS_JOINT_COMMA, /* between digits; also semicolons and the like */
    RLS_JOINT_UNDERSCORE
} rls_word_joint;

/* The least part of a segment that is searched for by itself: its letters, digits, apostrophes and
 * decimal points. */
typedef struct rls_word_atom {
    uint32_t       end;
    uint32_t       next; /* begin of the atom after the joint; `end` when there is none */
    rls_word_joint joint;
    bool           single; /* one letter (with its marks) and nothing else */
} rls_word_atom;

/* `at` must be at a letter or digit (see rls_word_starts). Other than UAX #29 has it, Katakana are
 * left to the ideographs, the narrow no-break space ends words, subscript digits are letters. */
void rls_word_atom_scan(rls_bytes text, uint32_t at, rls_word_atom *atom);

/* True for the classes at which an atom may begin. */
static inline bool
rls_word_starts(rls_word_class class)
{
    return class == RLS_WORD_LETTER || class == RLS_WORD_NUMERIC || class == RLS_WORD_HEBREW ||
           class == RLS_WORD_PICTOGRAPH_LETTER || class == RLS_WORD_SUBSCRIPT;
}

/* The class of the character at `at` (< text.size) and its size in bytes. */
static inline rls_word_class
rls_word_class_at(rls_bytes text, uint32_t at, uint32_t *size)
{
    uint32_t point;

    *size = rls_utf8_next(text.data + at, text.data + text.size, &point);
    return rls_word_class_of(point);
}

#endif
