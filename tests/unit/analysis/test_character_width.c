#include <releasesearch/common.h>

#include "support/runner.h"

TEST(letters_take_one_column_wide_ones_two_and_marks_none)
{
    static const struct {
        uint32_t character, width;
    } cases[] = {
        {'a', 1},    {0xe9, 1},   {0x101, 1},  {0x301, 0},    {0x304, 0},    {0x4e00, 2},
        {0x3042, 2}, {0xff21, 2}, {0xff71, 1}, {0x1f600, 2},  {0xac00, 2},   {0x200d, 0},
        {0xfe0f, 0}, {0x200b, 0}, {0x3000, 2}, {0x20000, 2},  {0x0e31, 0},   {0xfeff, 0},
        {0x1100, 2}, {0x1160, 0}, {0x11a8, 0}, {0xe000, 1},   {'\0', 0},     {0x1b, 0},
        {0x7f, 0},   {0x85, 0},   {0xd800, 0}, {0x10ffff, 1}, {0x110000, 1}, {UINT32_MAX, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_EQ_U64(rls_character_width(cases[i].character), cases[i].width);
}

TEST(no_character_takes_more_than_two_columns)
{
    for (uint32_t character = 0; character < 0x120000; character++)
        CHECK(rls_character_width(character) <= 2);
}
