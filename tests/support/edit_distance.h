/* How many edits part two words of single bytes, by the definition of optimal string alignment. */
#ifndef RLS_TESTS_SUPPORT_EDIT_DISTANCE_H
#define RLS_TESTS_SUPPORT_EDIT_DISTANCE_H

#include <stdint.h>
#include <string.h>

enum {
    EDIT_DISTANCE_MAX = 64 /* bytes of a word, with the one behind it */
};

static inline uint32_t
edit_distance(const char *a, const char *b)
{
    size_t   n = strlen(a), m = strlen(b);
    uint32_t d[EDIT_DISTANCE_MAX][EDIT_DISTANCE_MAX];

    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            uint32_t least = i == 0 ? (uint32_t)j : j == 0 ? (uint32_t)i : UINT32_MAX;
            if (i > 0 && j > 0) {
                least = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
                least = d[i - 1][j] + 1 < least ? d[i - 1][j] + 1 : least;
                least = d[i][j - 1] + 1 < least ? d[i][j - 1] + 1 : least;
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                    d[i - 2][j - 2] + 1 < least)
                    least = d[i - 2][j - 2] + 1;
            }
            d[i][j] = least;
        }
    return d[n][m];
}

#endif
