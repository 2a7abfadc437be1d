#include "support/runner.h"

#include <math.h>

#include "base/random.h"
#include "postings/impacts.h"

static float
draw_s(rls_random *random)
{
    float s = (float)(rls_random_next(random) >> 40) * 0x1p-24f;

    switch (rls_random_below(random, 4)) {
    case 0:
        return s * 1e-6f;
    case 1:
        return 1.0f - s * 1e-4f;
    default:
        return s;
    }
}

TEST(bounds_in_a_byte_enclose_and_are_the_nearest)
{
    rls_random random = {rls_test_seed()};

    for (int i = 0; i < 100000; i++) {
        float   s = draw_s(&random);
        uint8_t up = rls_impact_up(s), down = rls_impact_down(s);
        CHECK(up / 255.0L >= s);
        CHECK(up == 0 || (up - 1) / 255.0L < s);
        CHECK(down / 255.0L <= s);
        CHECK(down == 255 || (down + 1) / 255.0L > s);
    }
    CHECK_EQ_U64(rls_impact_up(0.0f), 0);
    CHECK_EQ_U64(rls_impact_down(0.0f), 0);
    CHECK_EQ_U64(rls_impact_up(1.0f), 255);
    CHECK_EQ_U64(rls_impact_down(1.0f), 255);
    CHECK_EQ_U64(rls_impact_up(NAN), 0);
}

TEST(factors_follow_the_formula)
{
    rls_field_factors    factors;
    rls_field_parameters parameters = {2.0f, 0.75f, 100.0f};

    rls_field_factors_make(&factors, &parameters);
    for (int n = 0; n < 256; n++) {
        double length = rls_length_from_byte((uint8_t)n);
        double wanted = 2.0 / (0.25 + 0.75 * length / 100.0);
        CHECK(fabs(factors.by_length[n] - wanted) <= wanted * 1e-6);
    }
    parameters.weight = 0.0f;
    rls_field_factors_make(&factors, &parameters);
    for (int n = 0; n < 256; n++)
        CHECK(factors.by_length[n] == 0.0f);
    parameters = (rls_field_parameters){1.0f, 1.0f, 0.0f};
    rls_field_factors_make(&factors, &parameters);
    CHECK(isfinite(factors.by_length[0]));
    CHECK(factors.by_length[1] == 1.0f && factors.by_length[2] == 0.5f);
}

enum {
    FIELDS = 3
};

/* T of random frequencies and lengths under both similarities. */
static void
draw_t(rls_random *random, const rls_similarity *a, const rls_similarity *b, float *ta, float *tb)
{
    *ta = *tb = 0.0f;
    for (uint32_t f = 0; f < FIELDS; f++) {
        uint32_t tf = rls_random_below(random, 1u << rls_random_below(random, 9));
        uint8_t  byte = (uint8_t)rls_random_below(random, 120);
        if (tf == 0)
            continue;
        *ta += (float)tf * a->fields[f].by_length[byte];
        *tb += (float)tf * b->fields[f].by_length[byte];
    }
}

static void
draw_similarity(rls_random *random, rls_similarity *similarity, rls_field_factors *fields)
{
    static const float k1s[] = {1.2f, 0.9f, 0.0f, 0.01f, 5.0f, 100.0f, 2.0f};
    static const float bs[] = {0.75f, 0.4f, 0.0f, 1.0f};

    similarity->k1 = k1s[rls_random_below(random, 7)];
    similarity->field_count = FIELDS;
    similarity->fields = fields;
    for (uint32_t f = 0; f < FIELDS; f++) {
        rls_field_parameters parameters = {
            .weight = f > 0 && rls_random_below(random, 8) == 0
                          ? 0.0f
                          : (float)(1 + rls_random_below(random, 40)) * 0.1f,
            .b = bs[rls_random_below(random, 4)],
            .average_length = (float)(1 + rls_random_below(random, 500))};
        rls_field_factors_make(&fields[f], &parameters);
    }
}

TEST(tables_bound_s_under_any_other_parameters)
{
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 300; round++) {
        rls_similarity    reference, now;
        rls_field_factors reference_fields[FIELDS], now_fields[FIELDS];
        float             greatest, least, up[256], down[256];

        draw_similarity(&random, &reference, reference_fields);
        draw_similarity(&random, &now, now_fields);
        if (round % 10 == 0)
            memcpy(now_fields, reference_fields, sizeof now_fields);
        if (round % 20 == 0)
            now.k1 = reference.k1;
        rls_similarity_ratios(&now, &reference, &greatest, &least);
        CHECK(least <= greatest);
        rls_impact_table_up(up, reference.k1, now.k1, greatest);
        rls_impact_table_down(down, reference.k1, now.k1, least);
        for (int q = 1; q < 256; q++)
            CHECK(up[q] >= up[q - 1] && down[q] >= down[q - 1]);
        for (int i = 0; i < 200; i++) {
            float t, t_now, s, s_now;
            draw_t(&random, &reference, &now, &t, &t_now);
            s = rls_saturation(t, reference.k1);
            s_now = rls_saturation(t_now, now.k1);
            CHECK(s_now <= up[rls_impact_up(s)]);
            CHECK(s_now >= down[rls_impact_down(s)]);
        }
    }
}

TEST(tables_of_the_same_parameters_are_the_bytes_themselves)
{
    rls_similarity    similarity;
    rls_field_factors fields[FIELDS];
    rls_random        random = {rls_test_seed()};
    float             greatest, least, table[256];

    draw_similarity(&random, &similarity, fields);
    rls_similarity_ratios(&similarity, &similarity, &greatest, &least);
    CHECK(greatest == 1.0f && least == 1.0f);
    rls_impact_table_up(table, 1.2f, 1.2f, greatest);
    for (int q = 0; q < 256; q++)
        CHECK(table[q] >= q / 255.0L && table[q] <= q / 255.0L * (1 + 0x1p-23L));
    rls_impact_table_down(table, 1.2f, 1.2f, least);
    for (int q = 0; q < 256; q++)
        CHECK(table[q] <= q / 255.0L && table[q] >= q / 255.0L * (1 - 0x1p-23L));
}

TEST(a_field_that_the_reference_ignores_makes_every_bound_one)
{
    rls_field_parameters none = {0.0f, 0.75f, 10.0f}, some = {1.0f, 0.75f, 10.0f};
    rls_field_factors    reference_fields[2], now_fields[2];
    rls_similarity       reference = {1.2f, 2, reference_fields}, now = {1.2f, 2, now_fields};
    float                greatest, least, table[256];

    rls_field_factors_make(&reference_fields[0], &some);
    rls_field_factors_make(&reference_fields[1], &none);
    rls_field_factors_make(&now_fields[0], &some);
    rls_field_factors_make(&now_fields[1], &some);
    rls_similarity_ratios(&now, &reference, &greatest, &least);
    CHECK(isinf(greatest) && least == 1.0f);
    rls_impact_table_up(table, 1.2f, 1.2f, greatest);
    CHECK(table[0] == 1.0f && table[1] == 1.0f && table[255] == 1.0f);
}
