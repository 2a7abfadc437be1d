#include "inverter/body_signature.h"

static uint64_t
mix(uint64_t value)
{
    value = (value ^ value >> 32) * UINT64_C(0xd6e8feb86659fd93);
    value = (value ^ value >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 32;
}

uint64_t
rls_body_signature_end(const rls_body_signature *signature)
{
    uint64_t shared = 0, own;

    if (signature->count == 0)
        return 0;
    for (int i = 0; i < RLS_SIGNATURE_CLASSES; i++)
        shared = mix(shared + signature->least[i]);
    own = mix(signature->whole ^ signature->count) >> (64 - RLS_SIGNATURE_OWN_BITS);
    shared = shared >> RLS_SIGNATURE_OWN_BITS << RLS_SIGNATURE_OWN_BITS;
    return shared == 0 ? UINT64_C(1) << RLS_SIGNATURE_OWN_BITS | own : shared | own;
}
