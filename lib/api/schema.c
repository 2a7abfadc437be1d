#include "document/schema.h"

#include "analysis/analyzer.h"
#include "api/handles.h"

rls_status
rls_schema_create(rls_schema **out_schema, rls_error *err)
{
    rls_heap  *heap;
    rls_status status;

    RLS_REQUIRE(out_schema, err);
    *out_schema = NULL;
    heap = rls_heap_new(NULL, SIZE_MAX);
    if (heap == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a schema");
    status = rls_schema_new(heap, out_schema, err);
    if (status != RLS_OK)
        rls_heap_free(heap);
    return status;
}

rls_status
rls_schema_read(const char *yaml, size_t yaml_size, const char *name, rls_schema **out_schema,
                rls_error *err)
{
    rls_heap  *heap;
    rls_status status;

    RLS_REQUIRE(out_schema, err);
    *out_schema = NULL;
    if (yaml == NULL && yaml_size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a schema needs its text");
    heap = rls_heap_new(NULL, SIZE_MAX);
    if (heap == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a schema");
    status = rls_schema_parse(heap, rls_bytes_of(yaml, yaml_size), name == NULL ? "schema" : name,
                              out_schema, err);
    if (status != RLS_OK)
        rls_heap_free(heap);
    return status;
}

rls_status
rls_schema_field(rls_schema *schema, const char *field, uint32_t kinds, float weight,
                 const char *language, rls_error *err)
{
    RLS_REQUIRE(schema, err);
    if (field == NULL || field[0] == '\0')
        return rls_fail(err, RLS_BAD_ARGUMENT, "a field needs a name");
    if (language != NULL &&
        rls_language_canonical(rls_bytes_of(language, strlen(language))).size == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no language \"%s\"", language);
    return rls_schema_set(schema, rls_bytes_of(field, strlen(field)), kinds, weight,
                          rls_bytes_of(language, language == NULL ? 0 : strlen(language)), err);
}

void
rls_schema_close(rls_schema *schema)
{
    rls_heap *heap = schema == NULL ? NULL : rls_schema_heap(schema);

    rls_schema_free(schema);
    rls_heap_free(heap);
}
