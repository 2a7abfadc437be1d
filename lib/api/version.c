#include "releasesearch/common.h"

const char *
rls_version(void)
{
    return RLS_VERSION;
}

uint32_t
rls_index_format(void)
{
    return 1;
}
