/* What a disk holds when power fails: contents by number, names that point to them. The model is
 * harsher than most file systems: syncing a file says nothing about its name, and names that were
 * not synced may each be as before or as after, in any combination. */
#ifndef RLS_TESTS_POWER_LOSS_H
#define RLS_TESTS_POWER_LOSS_H

#include "support/directory_faulty.h"

typedef struct rls_fault_state rls_fault_state;

rls_fault_state *rls_power_loss_new(void);
void             rls_power_loss_free(rls_fault_state *state);

/* A file that was there, synced, before the log begins. Takes `bytes` over. */
void rls_power_loss_add_present(rls_fault_state *state, const char *name, uint8_t *bytes,
                                size_t size);

/* Number of a new content. */
size_t rls_power_loss_add_file(rls_fault_state *state);

/* Names as they are now, to number the contents that renames and removals concern. */
void   rls_power_loss_bind(rls_fault_state *state, const char *name, size_t file);
size_t rls_power_loss_unbind(rls_fault_state *state, const char *name);

#endif
