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

rls_status
rls_field_weights_make(rls_field_weights *weights, rls_heap *heap, rls_arena *arena,
                       const rls_snapshot *snapshot, const rls_search_request *request,
                       rls_error *err)
{
    rls_bytes   yaml = snapshot->manifest.schema;
    rls_schema *schema = NULL;
    rls_status  status;

    weights->weights =
        rls_arena_alloc(arena, (snapshot->field_count + (size_t)1) * sizeof(*weights->weights));
    if (weights->weights == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    status = yaml.size == 0 ? rls_schema_new(heap, &schema, err)
                            : rls_schema_parse(heap, yaml, "the index's schema", &schema, err);
    if (status != RLS_OK)
        return status;
    for (uint32_t f = 0; f < snapshot->field_count; f++) {
        rls_bytes name = snapshot->fields[f].name;
        weights->weights[f] = rls_schema_weight(schema, name, kinds_of(snapshot, name));
        for (uint32_t i = 0; i < request->weight_count; i++)
            if (rls_bytes_compare(request->weights[i].name, name) == 0)
                weights->weights[f] = request->weights[i].weight;
    }
    rls_schema_free(schema);
    return RLS_OK;
}

static uint32_t
find_field(const rls_snapshot *snapshot, rls_bytes name)
{
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

rls_status
rls_segment_view_init(rls_segment_view *view, rls_arena *arena, const rls_snapshot *snapshot,
                      uint32_t number, const rls_search_request *request,
                      const rls_field_weights *weights, rls_error *err)
{
    const rls_snapshot_segment *part = &snapshot->segments[number];
    const rls_segment_info     *info = rls_segment_get_info(part->segment);
    rls_field_parameters       *parameters;
    rls_similarity             *own;
    bool                        same = info->reference_k1 == request->k1;

    *view = (rls_segment_view){.segment = part->segment,
                               .live = part->live,
                               .number = number,
                               .doc_count = info->doc_count,
                               .now = rls_segment_reference(part->segment)};
    parameters = rls_arena_alloc(arena, (info->field_count + (size_t)1) * sizeof(*parameters));
    if (parameters == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    for (uint32_t f = 0; f < info->field_count; f++) {
        uint32_t global = find_field(snapshot, info->fields[f].name);
        parameters[f] = info->fields[f].reference;
        parameters[f].b = request->b;
        if (global != UINT32_MAX) {
            parameters[f].weight = weights->weights[global];
            parameters[f].average_length = snapshot->fields[global].average_length;
        }
        same = same && same_parameters(&parameters[f], &info->fields[f].reference);
    }
    if (same)
        return RLS_OK;
    own = rls_arena_alloc(arena, sizeof(*own));
    if (own == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    own->k1 = request->k1;
    own->field_count = info->field_count;
    own->fields =
        rls_arena_alloc(arena, (info->field_count + (size_t)1) * sizeof(rls_field_factors));
    if (own->fields == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    for (uint32_t f = 0; f < info->field_count; f++)
        rls_field_factors_make(&own->fields[f], &parameters[f]);
    view->now = own;
    return RLS_OK;
}

rls_status
rls_segment_view_bounds(rls_segment_view *view, rls_arena *arena, rls_error *err)
{
    const rls_similarity *reference = rls_segment_reference(view->segment);
    float                 greatest = 1.0f, least = 1.0f;
    float                *tables = rls_arena_alloc(arena, 2 * 256 * sizeof(float));

    if (tables == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    if (view->now != reference)
        rls_similarity_ratios(view->now, reference, &greatest, &least);
    rls_impact_table_up(tables, reference->k1, view->now->k1, greatest);
    rls_impact_table_down(tables + 256, reference->k1, view->now->k1, least);
    view->up = tables;
    view->down = tables + 256;
    return RLS_OK;
}
