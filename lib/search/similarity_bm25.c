#include "search/similarity_bm25.h"

#include "document/schema.h"

double
rls_idf(uint64_t doc_count, uint64_t doc_freq)
{
    double all = (double)doc_count, with = (double)doc_freq;

    /* A list whose postings were read again after a deletion cannot have more than all. */
    if (with > all)
        with = all;
    return log(1.0 + (all - with + 0.5) / (with + 0.5));
}

void
rls_contributions(float scaled_weight, const float *s, uint32_t *out, uint32_t count)
{
#if defined(__SSE2__)
    __m128 weight = _mm_set1_ps(scaled_weight);
    for (uint32_t i = 0; i < count; i += 4)
        _mm_storeu_si128((__m128i *)(void *)(out + i),
                         _mm_cvtps_epi32(_mm_mul_ps(weight, _mm_loadu_ps(s + i))));
#else
    for (uint32_t i = 0; i < count; i++)
        out[i] = rls_contribution(scaled_weight, s[i]);
#endif
}

void
rls_contributions_of_t(float scaled_weight, float k1, const float *t, uint32_t *out, uint32_t count)
{
    uint32_t i = 0;
#if defined(__SSE2__)
    __m128 weight = _mm_set1_ps(scaled_weight), k = _mm_set1_ps(k1);
    /* With k1 0 a T of 0 divides by 0, and counts as 0 all the same. */
    for (; k1 > 0.0f && i < count; i += 4) {
        __m128 four = _mm_loadu_ps(t + i), s = _mm_div_ps(four, _mm_add_ps(four, k));
        _mm_storeu_si128((__m128i *)(void *)(out + i), _mm_cvtps_epi32(_mm_mul_ps(weight, s)));
    }
#endif
    for (; i < count; i++)
        out[i] = rls_contribution(scaled_weight, rls_saturation(t[i], k1));
}

/* Kinds that a text field was seen with anywhere in the index. */
static uint32_t
kinds_of(const rls_snapshot *snapshot, rls_bytes field)
{
    uint32_t kinds = RLS_FIELD_TEXT;

    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment      *segment = snapshot->segments[i].segment;
        const rls_segment_info *info = rls_segment_get_info(segment);
        uint32_t                number = rls_segment_field_number(segment, field);
        if (number < info->field_count)
            kinds |= info->fields[number].kinds;
    }
    return kinds;
}

/* Few numbers of words, so that what is made for one query serves the next. */
static uint32_t
round_asked(uint32_t count)
{
    if (count < 2)
        return RLS_ASKED; /* documents with one word come in the same order under any k1 */
    if (count <= 8)
        return count;
    if (count < 16)
        return count & ~1u;
    return count < 24 ? 16 : count < 32 ? 24 : 32;
}

void
rls_settle_parameters(const rls_snapshot *snapshot, const rls_search_request *request,
                      uint32_t asked, float *out_k1, float *out_b)
{
    double words = 0.0;

    for (uint32_t i = 0; i < snapshot->field_count; i++)
        words += (double)snapshot->fields[i].average_length;
    if (request->ranking != RLS_RANKING_DEFAULT)
        asked = 0;
    rls_parameters_by_length(words, round_asked(asked), out_k1, out_b);
    if (request->k1 != RLS_BY_LENGTH)
        *out_k1 = request->k1;
    if (request->b != RLS_BY_LENGTH)
        *out_b = request->b;
}

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
}

rls_status
rls_search_fields_init(rls_search_fields *fields, rls_heap *heap, rls_arena *arena,
                       const rls_snapshot *snapshot, const rls_search_request *request, float b,
                       rls_error *err)
{
    rls_bytes   yaml = snapshot->manifest.schema;
    rls_schema *schema = NULL;
    rls_status  status;

    fields->factors = NULL;
    fields->parameters =
        rls_arena_alloc(arena, (snapshot->field_count + (size_t)1) * sizeof(*fields->parameters));
    if (fields->parameters == NULL)
        return no_memory(err);
    status = yaml.size == 0 ? rls_schema_new(heap, &schema, err)
                            : rls_schema_parse(heap, yaml, "the index's schema", &schema, err);
    if (status != RLS_OK)
        return status;
    for (uint32_t f = 0; f < snapshot->field_count; f++) {
        rls_field_parameters *parameters = &fields->parameters[f];
        rls_bytes             name = snapshot->fields[f].name;
        parameters->weight = request->ranking == RLS_RANKING_BM25
                                 ? 1.0f
                                 : rls_schema_weight(schema, name, kinds_of(snapshot, name));
        for (uint32_t i = 0; i < request->weight_count; i++)
            if (rls_bytes_compare(request->weights[i].name, name) == 0)
                parameters->weight = request->weights[i].weight;
        parameters->b = b;
        parameters->average_length = snapshot->fields[f].average_length;
    }
    rls_schema_free(schema);
    return RLS_OK;
}

static uint32_t
find_field(const rls_snapshot *snapshot, rls_bytes name, uint32_t guess)
{
    if (guess < snapshot->field_count && rls_bytes_compare(snapshot->fields[guess].name, name) == 0)
        return guess;
    for (uint32_t i = 0; i < snapshot->field_count; i++)
        if (rls_bytes_compare(snapshot->fields[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

static bool
same_parameters(const rls_field_parameters *a, const rls_field_parameters *b)
{
    return a->weight == b->weight && a->b == b->b && a->average_length == b->average_length;
}

static rls_status
make_factors(rls_search_fields *fields, rls_arena *arena, const rls_snapshot *snapshot,
             rls_error *err)
{
    if (fields->factors != NULL)
        return RLS_OK;
    fields->factors =
        rls_arena_alloc(arena, (snapshot->field_count + (size_t)1) * sizeof(*fields->factors));
    if (fields->factors == NULL)
        return no_memory(err);
    for (uint32_t f = 0; f < snapshot->field_count; f++)
        rls_field_factors_make(&fields->factors[f], &fields->parameters[f]);
    return RLS_OK;
}

rls_status
rls_segment_view_init(rls_segment_view *view, rls_arena *arena, const rls_snapshot *snapshot,
                      uint32_t number, float k1, rls_search_fields *fields, rls_error *err)
{
    const rls_snapshot_segment *part = &snapshot->segments[number];
    const rls_segment_info     *info = rls_segment_get_info(part->segment);
    rls_similarity             *own;
    bool                        same = info->reference_k1 == k1, in_step = true;
    rls_status                  status;

    *view = (rls_segment_view){.segment = part->segment,
                               .live = part->live,
                               .number = number,
                               .doc_count = info->doc_count,
                               .now = rls_segment_reference(part->segment)};
    for (uint32_t f = 0; f < info->field_count; f++) {
        uint32_t global = find_field(snapshot, info->fields[f].name, f);
        in_step = in_step && global == f;
        same = same && global != UINT32_MAX &&
               same_parameters(&fields->parameters[global], &info->fields[f].reference);
    }
    if (same)
        return RLS_OK;
    status = make_factors(fields, arena, snapshot, err);
    own = rls_arena_alloc(arena, sizeof(*own));
    if (status != RLS_OK || own == NULL)
        return no_memory(err);
    view->now = own;
    own->k1 = k1;
    own->field_count = info->field_count;
    own->fields = fields->factors;
    if (in_step)
        return RLS_OK;
    own->fields =
        rls_arena_alloc(arena, (info->field_count + (size_t)1) * sizeof(rls_field_factors));
    if (own->fields == NULL)
        return no_memory(err);
    for (uint32_t f = 0; f < info->field_count; f++) {
        uint32_t global = find_field(snapshot, info->fields[f].name, f);
        if (global != UINT32_MAX)
            own->fields[f] = fields->factors[global];
        else
            memset(&own->fields[f], 0,
                   sizeof(own->fields[f])); /* a field not counted is no field */
    }
    return RLS_OK;
}

/* A quotient of factors is monotone in the length (both divisors are linear in it), but at length
 * 0, where a divisor may be 0: so three lengths tell the extremes, up to the roundings of the
 * factors, which stay below 1e-6. What is out of the ordinary goes to rls_similarity_ratios. */
static void
find_ratios(const rls_similarity *now, const rls_similarity *reference, float *out_greatest,
            float *out_least)
{
    static const uint8_t lengths[] = {0, 1, 255};
    double               greatest = 0.0, least = INFINITY;

    for (uint32_t f = 0; f < now->field_count && f < reference->field_count; f++) {
        for (size_t i = 0; i < sizeof(lengths); i++) {
            double above = now->fields[f].by_length[lengths[i]];
            double below = reference->fields[f].by_length[lengths[i]];
            if (above < 1e-20 || below < 1e-20 || above > 1e20 || below > 1e20) {
                rls_similarity_ratios(now, reference, out_greatest, out_least);
                return;
            }
            greatest = fmax(greatest, above / below);
            least = fmin(least, above / below);
        }
    }
    *out_greatest = (float)(greatest * (1.0 + 4e-6));
    *out_least = (float)(least * (1.0 - 4e-6));
}

rls_status
rls_segment_view_bounds(rls_segment_view *view, rls_arena *arena, rls_error *err)
{
    const rls_similarity *reference = rls_segment_reference(view->segment);
    float                 greatest = 1.0f, *table;

    if (view->up != NULL)
        return RLS_OK;
    table = rls_arena_alloc(arena, 256 * sizeof(*table));
    if (table == NULL)
        return no_memory(err);
    view->least_ratio = 1.0f;
    if (view->now != reference)
        find_ratios(view->now, reference, &greatest, &view->least_ratio);
    rls_impact_table_up(table, reference->k1, view->now->k1, greatest);
    view->up = table;
    return RLS_OK;
}

rls_status
rls_segment_view_lower_bounds(rls_segment_view *view, rls_arena *arena, rls_error *err)
{
    float *table;

    if (view->down != NULL)
        return RLS_OK;
    table = rls_arena_alloc(arena, 256 * sizeof(*table));
    if (table == NULL)
        return no_memory(err);
    rls_impact_table_down(table, rls_segment_reference(view->segment)->k1, view->now->k1,
                          view->least_ratio);
    view->down = table;
    return RLS_OK;
}
