#include "segment/postings_merge.h"

#include <inttypes.h>

#include "analysis/function_words.h"
#include "base/sort.h"
#include "segment/merge_heap.h"

enum {
    INSERTION_LIMIT = 24, /* forms sorted in place; more of them are rare */
    CANCEL_STEP = 1024    /* terms between two looks at `cancel` */
};

/* A form of one input, on its way to its code. */
typedef struct merge_form {
    rls_bytes bytes;
    uint64_t  count;  /* among documents that stay */
    uint32_t  origin; /* index over all inputs, in order; later the index in `united` */
} merge_form;

/* Where an input stands in its postings of the term at hand: the next of them, not yet written. */
typedef struct merge_head {
    rls_source_block   block;
    rls_source_posting posting;
    uint32_t           part; /* UINT32_MAX behind the last */
} merge_head;

typedef struct postings_merge {
    rls_heap                        *heap;
    const rls_segment_part          *parts;
    const rls_segment_terms         *inputs;
    const rls_postings_merge_output *output;
    rls_merge_heap                   heads;
    rls_source_term                 *terms; /* current term of each input */
    uint32_t                        *group; /* inputs that have the term at hand, ascending */
    uint32_t                         group_count;
    bool                            *stays; /* of each in group: some document of it stays */
    bool       *straight;                   /* of each input: its postings go over block by block */
    merge_head *at;                         /* of each in group */

    /* Forms of the term at hand. */
    merge_form *forms, *united;
    rls_form   *written;
    uint32_t   *codes;      /* new code by origin */
    uint32_t   *code_ranks; /* new code by index in `united` */
    size_t      form_capacity, united_capacity, written_capacity, code_capacity, rank_capacity;
    uint32_t    form_count, united_count;

    /* The posting at hand, renumbered. */
    rls_field_freq *fields;
    uint32_t       *positions, *position_forms, *starts;
    uint64_t       *pairs;
    size_t          field_capacity, position_capacity, position_form_capacity, start_capacity;
    size_t          pair_capacity;
    uint32_t        docs[RLS_SOURCE_BLOCK_MAX]; /* of the block at hand */
} postings_merge;

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to merge postings");
}

static bool
grow(postings_merge *merge, void *array, size_t *capacity, size_t needed, size_t size)
{
    void *memory;

    if (needed <= *capacity)
        return true;
    memcpy(&memory, array, sizeof memory);
    if (!rls_grow(merge->heap, &memory, capacity, needed, size))
        return false;
    memcpy(array, &memory, sizeof memory);
    return true;
}

static const rls_source_term *
term_of(const postings_merge *merge, uint32_t in_group)
{
    return &merge->terms[merge->group[in_group]];
}

static bool
is_keyword(const rls_source_term *term)
{
    return term->form_count == 0 && !rls_is_pair_key(term->term);
}

/* --- forms --- */

static int
compare_bytes(const void *a, const void *b, void *context)
{
    (void)context;
    return rls_bytes_compare(((const merge_form *)a)->bytes, ((const merge_form *)b)->bytes);
}

static int
compare_counts(const void *a, const void *b, void *context)
{
    const merge_form *form_a = a, *form_b = b;

    if (form_a->count != form_b->count)
        return form_a->count > form_b->count ? -1 : 1;
    return compare_bytes(a, b, context);
}

static bool
sort_forms(postings_merge *merge, merge_form *forms, uint32_t count, rls_compare compare)
{
    if (count > INSERTION_LIMIT)
        return rls_sort(merge->heap, forms, count, sizeof *forms, compare, NULL) == RLS_OK;
    for (uint32_t i = 1; i < count; i++) {
        merge_form form = forms[i];
        uint32_t   at = i;

        for (; at > 0 && compare(&form, &forms[at - 1], NULL) < 0; at--)
            forms[at] = forms[at - 1];
        forms[at] = form;
    }
    return true;
}

/* As the postings writer cuts them, so that forms that become the same are united. */
static rls_bytes
cut(rls_bytes form)
{
    if (form.size <= RLS_FORM_MAX)
        return form;
    form.size = RLS_FORM_MAX;
    while (form.size > 0 && (form.data[form.size] & 0xc0) == 0x80)
        form.size--;
    return form;
}

/* Puts the forms of all inputs behind one another, in the order of the group. */
static bool
collect_forms(postings_merge *merge)
{
    merge->form_count = 0;
    for (uint32_t i = 0; i < merge->group_count; i++) {
        const rls_source_term *term = term_of(merge, i);

        if (!grow(merge, &merge->forms, &merge->form_capacity,
                  (size_t)merge->form_count + term->form_count, sizeof *merge->forms))
            return false;
        for (uint32_t j = 0; j < term->form_count; j++) {
            uint32_t origin = merge->form_count++;

            merge->forms[origin] =
                (merge_form){cut(term->forms[j].bytes), term->forms[j].count, origin};
        }
    }
    return true;
}

/* Where documents of an input are left out: counts of its forms from the postings that stay. */
static rls_status
count_forms(postings_merge *merge, uint32_t in_group, merge_form *forms, rls_error *err)
{
    const rls_segment_terms *input = &merge->inputs[merge->group[in_group]];
    const rls_source_term   *term = term_of(merge, in_group);
    rls_term_source         *source = input->source;
    rls_source_posting       posting;
    rls_status               status;

    merge->stays[in_group] = false;
    for (uint32_t i = 0; i < term->form_count; i++)
        forms[i].count = 0;
    while ((status = source->ops->next_posting(source, &posting, err)) == RLS_OK) {
        if (rls_segment_part_doc(&merge->parts[input->parts[posting.part]], posting.doc) ==
            RLS_PART_DROPPED)
            continue;
        merge->stays[in_group] = true;
        if (term->form_count == 0)
            break; /* no forms: there is nothing to count */
        for (uint32_t i = 0; i < posting.freq; i++)
            forms[posting.forms[i]].count++;
    }
    if (status != RLS_OK && status != RLS_NOT_FOUND)
        return status;
    return source->ops->rewind(source, err);
}

/* Makes `united` from `forms`, which are in order of bytes now, and leaves in each form the index
 * of what it was united to. */
static bool
unite(postings_merge *merge)
{
    if (!grow(merge, &merge->united, &merge->united_capacity, merge->form_count,
              sizeof *merge->united) ||
        !grow(merge, &merge->codes, &merge->code_capacity, merge->form_count, sizeof *merge->codes))
        return false;
    merge->united_count = 0;
    for (uint32_t i = 0; i < merge->form_count; i++) {
        const merge_form *form = &merge->forms[i];
        uint32_t          at = merge->united_count;

        if (i > 0 && rls_bytes_compare(merge->united[at - 1].bytes, form->bytes) == 0)
            merge->united[--at].count += form->count;
        else
            merge->united[merge->united_count++] = (merge_form){form->bytes, form->count, at};
        merge->codes[form->origin] = at;
    }
    return true;
}

/* Gives codes by descending count; forms that do not occur any more get none. */
static rls_status
code_forms(postings_merge *merge, rls_error *err)
{
    uint32_t count = 0;

    if (!sort_forms(merge, merge->forms, merge->form_count, compare_bytes) || !unite(merge) ||
        !sort_forms(merge, merge->united, merge->united_count, compare_counts) ||
        !grow(merge, &merge->written, &merge->written_capacity, merge->united_count,
              sizeof *merge->written) ||
        !grow(merge, &merge->code_ranks, &merge->rank_capacity, merge->united_count,
              sizeof *merge->code_ranks))
        return no_memory(err);
    for (uint32_t i = 0; i < merge->united_count; i++) {
        const merge_form *form = &merge->united[i];

        merge->code_ranks[form->origin] = form->count == 0 ? RLS_PART_DROPPED : i;
        if (form->count > 0)
            merge->written[count++] = (rls_form){form->bytes, form->count};
    }
    for (uint32_t i = 0; i < merge->form_count; i++)
        merge->codes[i] = merge->code_ranks[merge->codes[i]];
    merge->united_count = count;
    return RLS_OK;
}

/* --- postings --- */

/* Fields of a posting in new numbers; where their order changes, or two become one, positions are
 * put in order field by field. The common case of one field does not come here. */
static rls_status
renumber_fields(postings_merge *merge, const rls_segment_part *part, rls_source_posting *posting,
                uint32_t *out_count, rls_error *err)
{
    uint32_t count = posting->field_count, at = 0, written = 0;
    bool     ascending = true;

    if (!grow(merge, &merge->fields, &merge->field_capacity, count, sizeof *merge->fields) ||
        !grow(merge, &merge->starts, &merge->start_capacity, count, sizeof *merge->starts))
        return no_memory(err);
    for (uint32_t i = 0, start = 0; i < count; start += posting->freqs[i++]) {
        rls_field_freq field = {part->field_map[posting->fields[i]], posting->freqs[i]};
        uint32_t       place = i;

        for (; place > 0 && merge->fields[place - 1].field > field.field; place--) {
            merge->fields[place] = merge->fields[place - 1];
            merge->starts[place] = merge->starts[place - 1];
            ascending = false;
        }
        merge->fields[place] = field;
        merge->starts[place] = start;
        if (place > 0 && merge->fields[place - 1].field == field.field)
            ascending = false;
    }
    *out_count = count;
    if (ascending)
        return RLS_OK;

    if (posting->positions == NULL) {
        for (uint32_t i = 0; i < count; i++) {
            if (written > 0 && merge->fields[written - 1].field == merge->fields[i].field)
                merge->fields[written - 1].freq += merge->fields[i].freq;
            else
                merge->fields[written++] = merge->fields[i];
        }
        *out_count = written;
        return RLS_OK;
    }

    /* Positions with their forms as one number, field after field; equal fields are sorted into
     * each other. */
    if (!grow(merge, &merge->pairs, &merge->pair_capacity, 2 * (size_t)posting->freq,
              sizeof *merge->pairs) ||
        !grow(merge, &merge->positions, &merge->position_capacity, posting->freq,
              sizeof *merge->positions) ||
        !grow(merge, &merge->position_forms, &merge->position_form_capacity, posting->freq,
              sizeof *merge->position_forms))
        return no_memory(err);
    for (uint32_t i = 0; i < count;) {
        uint32_t field = merge->fields[i].field, begin = at, first = i;

        for (; i < count && merge->fields[i].field == field; i++) {
            for (uint32_t j = 0; j < merge->fields[i].freq; j++, at++)
                merge->pairs[at] = (uint64_t)posting->positions[merge->starts[i] + j] << 32 |
                                   posting->forms[merge->starts[i] + j];
        }
        if (i - first > 1)
            rls_sort_u64(merge->pairs + begin, merge->pairs + posting->freq, at - begin);
        merge->fields[written++] = (rls_field_freq){field, at - begin};
    }
    for (uint32_t i = 0; i < posting->freq; i++) {
        merge->positions[i] = (uint32_t)(merge->pairs[i] >> 32);
        merge->position_forms[i] = (uint32_t)merge->pairs[i];
    }
    posting->positions = merge->positions;
    posting->forms = merge->position_forms;
    *out_count = written;
    return RLS_OK;
}

static rls_status
lost_number(rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "a posting has a field or form that its segment has not");
}

static rls_status
add_text(postings_merge *merge, const rls_segment_part *part, uint32_t doc,
         rls_source_posting *posting, const uint32_t *codes, bool same_codes, rls_error *err)
{
    rls_field_freq        one;
    const rls_field_freq *fields = &one;
    uint32_t              field_count = 1;

    if (posting->field_count == 1) {
        one = (rls_field_freq){part->field_map[posting->fields[0]], posting->freq};
    } else {
        rls_status status = renumber_fields(merge, part, posting, &field_count, err);

        if (status != RLS_OK)
            return status;
        fields = merge->fields;
    }
    if (fields[field_count - 1].field == RLS_PART_DROPPED)
        return lost_number(err);
    if (!same_codes) {
        if (!grow(merge, &merge->position_forms, &merge->position_form_capacity, posting->freq,
                  sizeof *merge->position_forms))
            return no_memory(err);
        for (uint32_t i = 0; i < posting->freq; i++) {
            uint32_t code = codes[posting->forms[i]];

            if (code == RLS_PART_DROPPED)
                return lost_number(err);
            merge->position_forms[i] = code;
        }
        posting->forms = merge->position_forms;
    }
    return rls_postings_writer_add(merge->output->postings, doc, fields, field_count,
                                   posting->positions, posting->forms, err);
}

/* Whether an input's postings can be had in blocks, and need nothing but other numbers. */
static bool
is_straight(const rls_segment_part *parts, const rls_segment_terms *input)
{
    if (input->source->ops->next_block == NULL)
        return false;
    for (uint32_t p = 0; p < input->part_count; p++) {
        const rls_segment_part *part = &parts[input->parts[p]];

        if (part->doc_map != NULL)
            return false;
        for (uint32_t i = 0; i < part->field_count; i++) {
            if (part->field_map[i] == RLS_PART_DROPPED ||
                (i > 0 && part->field_map[i] <= part->field_map[i - 1]))
                return false;
        }
    }
    return true;
}

/* As add_text, of a part that is straight. */
static rls_status
add_block(postings_merge *merge, const rls_segment_part *part, const rls_source_block *block,
          const uint32_t *codes, bool same_codes, rls_error *err)
{
    uint32_t        field_count = block->field_ends[block->count - 1];
    size_t          freq = 0;
    rls_posting_run run = {block->count,      merge->docs,      merge->fields,
                           block->field_ends, block->positions, block->forms};

    if (!grow(merge, &merge->fields, &merge->field_capacity, field_count, sizeof *merge->fields))
        return no_memory(err);
    run.fields = merge->fields;
    for (uint32_t i = 0; i < block->count; i++)
        merge->docs[i] = part->base + block->docs[i];
    for (uint32_t i = 0; i < field_count; i++) {
        merge->fields[i] = (rls_field_freq){part->field_map[block->fields[i]], block->freqs[i]};
        freq += block->freqs[i];
    }
    if (!same_codes) {
        if (!grow(merge, &merge->position_forms, &merge->position_form_capacity, freq,
                  sizeof *merge->position_forms))
            return no_memory(err);
        for (size_t i = 0; i < freq; i++)
            merge->position_forms[i] = codes[block->forms[i]];
        run.forms = merge->position_forms;
    }
    return rls_postings_writer_add_run(merge->output->postings, &run, err);
}

/* Reads the next postings of an input. */
static rls_status
read_head(postings_merge *merge, uint32_t in_group, rls_error *err)
{
    const rls_segment_terms *input = &merge->inputs[merge->group[in_group]];
    rls_term_source         *source = input->source;
    merge_head              *head = &merge->at[in_group];
    uint32_t                 part;
    rls_status               status;

    head->part = UINT32_MAX;
    if (!is_keyword(term_of(merge, in_group)) && merge->straight[merge->group[in_group]]) {
        status = source->ops->next_block(source, &head->block, err);
        part = head->block.part;
    } else {
        status = source->ops->next_posting(source, &head->posting, err);
        part = head->posting.part;
    }
    if (status == RLS_OK)
        head->part = input->parts[part];
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

/* Writes what read_head read. `codes` are the new codes of the input's forms. */
static rls_status
add_head(postings_merge *merge, uint32_t in_group, const uint32_t *codes, bool same_codes,
         rls_error *err)
{
    static const rls_field_freq keyword_field = {0, 1};
    merge_head                 *head = &merge->at[in_group];
    const rls_segment_part     *part = &merge->parts[head->part];
    bool                        keyword = is_keyword(term_of(merge, in_group));
    uint32_t                    doc;

    if (!keyword && merge->straight[merge->group[in_group]])
        return add_block(merge, part, &head->block, codes, same_codes, err);
    doc = rls_segment_part_doc(part, head->posting.doc);
    if (doc == RLS_PART_DROPPED)
        return RLS_OK;
    if (keyword)
        return rls_postings_writer_add(merge->output->postings, doc, &keyword_field, 1, NULL, NULL,
                                       err);
    return add_text(merge, part, doc, &head->posting, codes, same_codes, err);
}

/* All of an input's postings up to those of `before`, a part. */
static rls_status
add_postings(postings_merge *merge, uint32_t in_group, const uint32_t *codes, uint32_t before,
             rls_error *err)
{
    const rls_source_term *term = term_of(merge, in_group);
    bool                   same_codes = true;
    rls_status             status = RLS_OK;

    for (uint32_t i = 0; i < term->form_count; i++)
        same_codes = same_codes && codes[i] == i;
    while (status == RLS_OK && merge->at[in_group].part < before) {
        status = add_head(merge, in_group, codes, same_codes, err);
        if (status == RLS_OK)
            status = read_head(merge, in_group, err);
    }
    return status;
}

/* The postings of the whole group, part after part. Segments have one part each and follow one
 * another; parts of inverters alternate. */
static rls_status
add_group(postings_merge *merge, rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < merge->group_count && status == RLS_OK; i++) {
        merge->at[i].part = UINT32_MAX;
        if (merge->stays[i])
            status = read_head(merge, i, err);
    }
    while (status == RLS_OK) {
        uint32_t        least = 0, before = UINT32_MAX;
        const uint32_t *codes = merge->codes;

        for (uint32_t i = 1; i < merge->group_count; i++) {
            if (merge->at[i].part < merge->at[least].part) {
                before = merge->at[least].part;
                least = i;
            } else if (merge->at[i].part < before) {
                before = merge->at[i].part;
            }
        }
        if (merge->at[least].part == UINT32_MAX)
            break;
        for (uint32_t i = 0; i < least && codes != NULL; i++)
            codes += term_of(merge, i)->form_count;
        status = add_postings(merge, least, codes, before, err);
    }
    return status;
}

/* --- terms --- */

static bool
loses_documents(const postings_merge *merge, const rls_segment_terms *input)
{
    for (uint32_t i = 0; i < input->part_count; i++) {
        if (merge->parts[input->parts[i]].doc_map != NULL)
            return true;
    }
    return false;
}

/* Whether some document stays, with the counts of forms set right. */
static rls_status
count_group(postings_merge *merge, bool *out_stays, rls_error *err)
{
    bool     formless = term_of(merge, 0)->form_count == 0;
    uint32_t first_form = 0;

    *out_stays = false;
    if (!collect_forms(merge))
        return no_memory(err);
    for (uint32_t i = 0; i < merge->group_count; i++) {
        const rls_source_term *term = term_of(merge, i);

        if ((term->form_count == 0) != formless)
            return rls_fail(err, RLS_CORRUPT,
                            "a term is a keyword in one segment and a word in another");
        merge->stays[i] = true;
        if (loses_documents(merge, &merge->inputs[merge->group[i]])) {
            merge_form *forms = formless ? NULL : merge->forms + first_form;
            rls_status  status = count_forms(merge, i, forms, err);

            if (status != RLS_OK)
                return status;
        }
        *out_stays = *out_stays || merge->stays[i];
        first_form += term->form_count;
    }
    return RLS_OK;
}

static rls_status
write_term(postings_merge *merge, rls_bytes term, rls_error *err)
{
    const rls_postings_merge_output *output = merge->output;
    rls_term_info                    info;
    rls_status                       status;
    bool                             stays;

    status = count_group(merge, &stays, err);
    if (status != RLS_OK || !stays)
        return status;
    merge->united_count = 0;
    if (merge->form_count > 0)
        status = code_forms(merge, err);
    if (status == RLS_OK && rls_is_pair_key(term))
        rls_postings_writer_begin_bare(output->postings);
    else if (status == RLS_OK)
        status = rls_postings_writer_begin(output->postings, term, merge->written,
                                           merge->united_count, err);
    if (status == RLS_OK)
        status = add_group(merge, err);
    if (status == RLS_OK)
        status = rls_postings_writer_end(output->postings, &info, err);
    if (status == RLS_OK)
        status = output->dictionary != NULL
                     ? rls_termdict_writer_add(output->dictionary, term, &info, err)
                     : rls_terms_log_add(output->log, term, &info, err);
    for (uint32_t i = 0; i < merge->united_count && status == RLS_OK; i++)
        status = rls_surfaces_writer_add(output->surfaces, term, merge->written[i].bytes, err);
    return status;
}

/* Puts the next term of an input on the heap. */
static rls_status
push_term(postings_merge *merge, uint32_t input, rls_error *err)
{
    rls_term_source *source = merge->inputs[input].source;
    rls_status       status = source->ops->next_term(source, &merge->terms[input], err);

    if (status == RLS_OK)
        rls_merge_heap_push(&merge->heads, input, merge->terms[input].term);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
merge_terms(postings_merge *merge, uint32_t input_count, bool (*cancel)(void *context),
            void *context, rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < input_count && status == RLS_OK; i++)
        status = push_term(merge, i, err);
    for (uint64_t n = 0; status == RLS_OK && merge->heads.count > 0; n++) {
        rls_bytes term = rls_merge_heap_string(&merge->heads);

        if (n % CANCEL_STEP == 0 && cancel != NULL && cancel(context))
            return rls_fail(err, RLS_CANCELLED, "merging was cancelled");
        merge->group_count = 0;
        do {
            merge->group[merge->group_count++] = rls_merge_heap_input(&merge->heads);
            rls_merge_heap_pop(&merge->heads);
        } while (rls_merge_heap_is(&merge->heads, term));
        status = write_term(merge, term, err);
        for (uint32_t i = 0; i < merge->group_count && status == RLS_OK; i++)
            status = push_term(merge, merge->group[i], err);
    }
    return status;
}

rls_status
rls_postings_merge(rls_heap *heap, const rls_segment_part *parts, const rls_segment_terms *inputs,
                   uint32_t input_count, const rls_postings_merge_output *output,
                   bool (*cancel)(void *context), void *context, rls_error *err)
{
    postings_merge merge = {.heap = heap, .parts = parts, .inputs = inputs, .output = output};
    rls_status     status = rls_merge_heap_init(&merge.heads, heap, input_count);

    merge.terms = rls_alloc_zeroed(heap, input_count, sizeof *merge.terms);
    merge.group = rls_alloc(heap, input_count, sizeof *merge.group);
    merge.stays = rls_alloc(heap, input_count, sizeof *merge.stays);
    merge.straight = rls_alloc(heap, input_count, sizeof *merge.straight);
    merge.at = rls_alloc_zeroed(heap, input_count, sizeof *merge.at);
    if (status != RLS_OK || merge.terms == NULL || merge.group == NULL || merge.stays == NULL ||
        merge.straight == NULL || merge.at == NULL) {
        status = no_memory(err);
    } else {
        for (uint32_t i = 0; i < input_count; i++)
            merge.straight[i] = is_straight(parts, &inputs[i]);
        status = merge_terms(&merge, input_count, cancel, context, err);
    }

    rls_merge_heap_release(&merge.heads);
    rls_free(heap, merge.terms);
    rls_free(heap, merge.group);
    rls_free(heap, merge.stays);
    rls_free(heap, merge.straight);
    rls_free(heap, merge.at);
    rls_free(heap, merge.forms);
    rls_free(heap, merge.united);
    rls_free(heap, merge.written);
    rls_free(heap, merge.codes);
    rls_free(heap, merge.code_ranks);
    rls_free(heap, merge.fields);
    rls_free(heap, merge.positions);
    rls_free(heap, merge.position_forms);
    rls_free(heap, merge.starts);
    rls_free(heap, merge.pairs);
    return status;
}
