#include <string.h>

#include "print_hits.h"
#include "terminal.h"

/* Factors of a query nested as deep as queries may be. */
enum {
    DEEPEST = 200
};

static void
put_tree(cli_text *out, const rls_factor *factor, unsigned indent, unsigned depth)
{
    cli_text_format(out, "%*s", (int)(indent + 2 * depth), "");
    cli_text_number(out, factor->value);
    cli_text_put(out, "  ");
    cli_escape(out, factor->name.data, factor->name.size, CLI_ESCAPE_LINE);
    cli_text_put(out, "\n");
    for (uint32_t i = 0; i < factor->part_count && depth < DEEPEST; i++)
        put_tree(out, &factor->parts[i], indent, depth + 1);
}

rls_status
cli_put_explanation(cli_text *out, rls_hits *hits, uint32_t i, unsigned indent, rls_error *err)
{
    const rls_factor *factor;
    rls_status        status = rls_hits_explain(hits, i, &factor, err);

    if (status == RLS_OK)
        put_tree(out, factor, indent, 0);
    return status;
}

static void
put_json_tree(cli_text *out, const rls_factor *factor, unsigned depth)
{
    static const char *const kinds[] = {"number", "sum", "rounded", "cut", "formula"};

    cli_text_format(out, "{\"kind\":\"%s\",\"name\":", kinds[factor->kind]);
    cli_json_string(out, factor->name.data, factor->name.size);
    cli_text_put(out, ",\"value\":");
    cli_text_number(out, factor->value);
    if (factor->part_count > 0 && depth < DEEPEST) {
        cli_text_put(out, ",\"parts\":[");
        for (uint32_t i = 0; i < factor->part_count; i++) {
            cli_text_put(out, i == 0 ? "" : ",");
            put_json_tree(out, &factor->parts[i], depth + 1);
        }
        cli_text_put(out, "]");
    }
    cli_text_put(out, "}");
}

rls_status
cli_put_json_explanation(cli_text *out, rls_hits *hits, uint32_t i, rls_error *err)
{
    const rls_factor *factor;
    rls_status        status = rls_hits_explain(hits, i, &factor, err);

    if (status == RLS_OK)
        put_json_tree(out, factor, 0);
    return status;
}
