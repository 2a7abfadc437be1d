#include <releasesearch/common.h>
#include <utf8proc.h>

/* The tables of utf8proc follow the Unicode standard (East Asian Width, UAX 11; general
 * categories). Vowels and finals of Hangul join the consonant before them into one square. */
uint32_t
rls_character_width(uint32_t character)
{
    int width;

    if (character >= 0x1160 && character <= 0x11ff)
        return 0;
    if (character > 0x10ffff)
        return 1;
    width = utf8proc_charwidth((utf8proc_int32_t)character);
    return width < 0 ? 0 : (uint32_t)width;
}
