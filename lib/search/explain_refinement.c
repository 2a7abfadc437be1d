/* What the second look adds, taken apart. */
#include <math.h>

#include "search/explaining.h"
#include "search/refine.h"

static rls_status
describe_part(const rls_explaining *work, const rls_refine_part *part, rls_factor *out)
{
    const rls_plan_leaf *leaves = work->state.plan.leaves;
    rls_bytes            left = leaves[part->left].written, right = {NULL, 0};

    if (left.size > 80)
        left.size = 80;
    switch (part->kind) {
    case RLS_REFINE_WRITTEN:
        return rls_explain_make(work, out, RLS_FACTOR_ROUNDED,
                                "%.*s as written: weight × saturation, rounded", (int)left.size,
                                (const char *)left.data);
    case RLS_REFINE_ASIDE:
        return rls_explain_make(work, out, RLS_FACTOR_ROUNDED,
                                "%.*s, a function word: weight × saturation, rounded",
                                (int)left.size, (const char *)left.data);
    case RLS_REFINE_NEAR:
        break;
    }
    right = leaves[part->right].written;
    if (right.size > 80)
        right.size = 80;
    return rls_explain_make(work, out, RLS_FACTOR_ROUNDED,
                            "%.*s near %.*s: weight × saturation, rounded", (int)left.size,
                            (const char *)left.data, (int)right.size, (const char *)right.data);
}

static rls_status
explain_part_weight(const rls_explaining *work, const rls_refine_part *part, rls_factor *out)
{
    static const char *const names[] = {[RLS_REFINE_WRITTEN] = "weight: share × weight of the word",
                                        [RLS_REFINE_NEAR] =
                                            "weight: share × the lesser weight of the two",
                                        [RLS_REFINE_ASIDE] = "weight: share × weight of the word"};
    const rls_plan_leaf     *leaf = &work->state.plan.leaves[part->left];
    float                    whole = leaf->weight;
    rls_factor              *parts = rls_explain_parts(work, out, 2);
    rls_status               status;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    if (part->kind == RLS_REFINE_NEAR)
        whole = fminf(whole, work->state.plan.leaves[part->right].weight);
    else
        whole = ldexpf(leaf->scaled_weights[part->term], -work->state.scale_exponent);
    out->value = (double)ldexpf(part->scaled_weight, -work->state.scale_exponent);
    status = rls_explain_make(work, out, RLS_FACTOR_FORMULA, "%s", names[part->kind]);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[0], "share", rls_refine_share(part->kind));
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[1], "boost × idf", (double)whole);
    return status;
}

static rls_status
explain_part(const rls_explaining *work, const rls_refine_part *part, float t, rls_factor *out)
{
    rls_factor *parts = rls_explain_parts(work, out, 3);
    rls_status  status = describe_part(work, part, out);

    if (status == RLS_OK && parts == NULL)
        status = rls_explain_no_memory(work);
    if (status != RLS_OK)
        return status;
    out->value =
        work->step * rls_contribution(part->scaled_weight, rls_saturation(t, work->view->now->k1));
    status = explain_part_weight(work, part, &parts[0]);
    if (status == RLS_OK)
        status = rls_explain_saturation(work, t, NULL, 0, &parts[1]);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[2], "step that contributions are rounded to",
                                    work->step);
    return status;
}

rls_status
rls_explain_refinement(rls_explaining *work, rls_factor *out)
{
    const rls_refinement *refinement = work->state.plan.refinement;
    rls_factor           *parts = rls_explain_parts(work, out, refinement->part_count);
    rls_refiner          *refiner;
    uint32_t              kept = 0;
    rls_status            status = rls_explain_make(
                   work, out, RLS_FACTOR_SUM, "second look, as the hit is among the first %d", RLS_REFINED);

    if (status == RLS_OK && parts == NULL)
        status = rls_explain_no_memory(work);
    if (status == RLS_OK)
        status = rls_refiner_open(&work->state, work->view, &refiner);
    if (status == RLS_OK)
        rls_refiner_seek(refiner, work->doc);
    for (uint32_t i = 0; status == RLS_OK && i < refinement->part_count; i++) {
        float t;
        status = rls_refiner_t(refiner, &refinement->parts[i], &t);
        if (status != RLS_OK || t == 0.0f)
            continue;
        status = explain_part(work, &refinement->parts[i], t, &parts[kept]);
        out->value += parts[kept++].value;
    }
    out->part_count = kept;
    return status;
}
