#include "eval_tune.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

enum {
    ROUNDS = 4 /* through all coordinates, at most */
};

static const double k1_values[] = {0.2, 0.4, 0.6, 0.9, 1.2, 1.5, 1.8, 2.2, 2.6, 3, 4, 6};
static const double b_values[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1};
static const double weight_values[] = {0, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 6};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A setting that was run, with the metric of each topic. */
typedef struct trial {
    cli_tuned setting;
    double   *values;
} trial;

typedef struct tuner {
    cli_tuning             *tuning;
    cli_eval               *eval;
    const rls_field_weight *given; /* by --weight */
    uint32_t                given_count;
    rls_field_weight       *weights; /* of the setting that runs */
    trial                  *trials;
    size_t                  trial_count, trial_capacity;
    size_t                 *fold_of; /* one a topic */
} tuner;

/* --- fields --- */

static bool
add_field(void *context, const rls_field_info *field)
{
    cli_tuning *tuning = context;

    /* Only what fields weigh against each other matters: the body stays as it is. */
    if (field->average_length <= 0 || strcmp(field->name, "body") == 0)
        return true;
    tuning->fields[tuning->field_count++] =
        cli_arena_copy(&tuning->strings, field->name, strlen(field->name));
    return tuning->field_count < CLI_TUNE_FIELDS;
}

/* --- trials --- */

static bool
is_same(const cli_tuning *tuning, const cli_tuned *a, const cli_tuned *b)
{
    if (a->k1 != b->k1 || a->b != b->b)
        return false;
    for (size_t i = 0; i < tuning->field_count; i++) {
        if (a->weights[i] != b->weights[i])
            return false;
    }
    return true;
}

/* Whether the setting has a weight for this field. */
static bool
is_searched(const cli_tuning *tuning, const cli_tuned *setting, const char *field)
{
    for (size_t i = 0; i < tuning->field_count; i++) {
        if (strcmp(tuning->fields[i], field) == 0)
            return setting->weights[i] >= 0;
    }
    return false;
}

static void
apply(tuner *work, const cli_tuned *setting)
{
    rls_search_options *options = &work->eval->search.options;

    options->k1 = (float)setting->k1;
    options->b = (float)setting->b;
    options->weights = work->weights;
    options->weight_count = 0;
    for (uint32_t i = 0; i < work->given_count; i++) {
        if (!is_searched(work->tuning, setting, work->given[i].field))
            work->weights[options->weight_count++] = work->given[i];
    }
    for (size_t i = 0; i < work->tuning->field_count; i++) {
        if (setting->weights[i] >= 0)
            work->weights[options->weight_count++] =
                (rls_field_weight){work->tuning->fields[i], (float)setting->weights[i]};
    }
}

/* The number of the trial with this setting, which is run unless it was before; SIZE_MAX after an
 * error that was told. */
static size_t
try(tuner *work, const cli_tuned *setting)
{
    size_t  topics = work->eval->judged.count;
    double *all, *values;
    int     status;

    for (size_t i = 0; i < work->trial_count; i++) {
        if (is_same(work->tuning, &work->trials[i].setting, setting))
            return i;
    }
    apply(work, setting);
    all = cli_allocate(topics, CLI_METRIC_COUNT * sizeof *all);
    status = cli_eval_run(work->eval, all, NULL, NULL);
    if (status != CLI_DONE) {
        free(all);
        return SIZE_MAX;
    }
    values = cli_allocate(topics, sizeof *values);
    for (size_t i = 0; i < topics; i++)
        values[i] = all[i * CLI_METRIC_COUNT + work->tuning->metric];
    free(all);
    if (work->trial_count == work->trial_capacity) {
        work->trial_capacity = work->trial_capacity == 0 ? 64 : 2 * work->trial_capacity;
        work->trials = cli_reallocate(work->trials, work->trial_capacity, sizeof *work->trials);
    }
    work->trials[work->trial_count] = (trial){*setting, values};
    return work->trial_count++;
}

/* The mean over topics of fold `fold`, or with `outside` over all others. */
static double
mean_of(const tuner *work, size_t trial_number, size_t fold, bool outside)
{
    double sum = 0;
    size_t count = 0;

    for (size_t i = 0; i < work->eval->judged.count; i++) {
        if ((work->fold_of[i] == fold) != outside) {
            sum += work->trials[trial_number].values[i];
            count++;
        }
    }
    return count == 0 ? 0 : sum / (double)count;
}

/* --- the search --- */

/* Coordinate `i` of a setting: k1, b, then the weights. */
static double *
coordinate(cli_tuned *setting, size_t i)
{
    return i == 0 ? &setting->k1 : i == 1 ? &setting->b : &setting->weights[i - 2];
}

static const double *
values_of(size_t i, size_t *out_count)
{
    *out_count = i == 0 ? COUNT(k1_values) : i == 1 ? COUNT(b_values) : COUNT(weight_values);
    return i == 0 ? k1_values : i == 1 ? b_values : weight_values;
}

/* The best setting for the topics outside of `fold`: each coordinate in turn takes the value that
 * is best while the others stay, until nothing is gained. The first of equal ones wins, and what it
 * started with before all others. Its trial, or SIZE_MAX. */
static size_t
descend(tuner *work, size_t fold)
{
    size_t best = 0; /* the start */
    bool   gained = true;

    for (unsigned round = 0; round < ROUNDS && gained; round++) {
        gained = false;
        for (size_t i = 0; i < work->tuning->field_count + 2; i++) {
            cli_tuned     setting = work->trials[best].setting;
            size_t        count;
            const double *values = values_of(i, &count);
            for (size_t j = 0; j < count; j++) {
                size_t now;
                *coordinate(&setting, i) = values[j];
                now = try(work, &setting);
                if (now == SIZE_MAX)
                    return SIZE_MAX;
                if (mean_of(work, now, fold, true) > mean_of(work, best, fold, true) + 1e-9) {
                    best = now;
                    gained = true;
                }
            }
        }
    }
    return best;
}

/* Deals the topics out: as many to each fold, by a fixed seed. */
static void
deal(tuner *work)
{
    size_t   count = work->eval->judged.count;
    uint64_t state = 20070528;

    work->fold_of = cli_allocate(count, sizeof *work->fold_of);
    for (size_t i = 0; i < count; i++)
        work->fold_of[i] = i % work->tuning->fold_count;
    for (size_t i = count; i > 1; i--) {
        size_t other, held = work->fold_of[i - 1];
        state = state * 6364136223846793005u + 1442695040888963407u;
        other = (size_t)((state >> 33) % i);
        work->fold_of[i - 1] = work->fold_of[other];
        work->fold_of[other] = held;
    }
}

static int
run_folds(tuner *work)
{
    cli_tuning *tuning = work->tuning;
    size_t      topics = work->eval->judged.count;
    double     *held_out = cli_allocate(topics, sizeof *held_out);
    int         status = CLI_DONE;

    for (size_t fold = 0; fold < tuning->fold_count && status == CLI_DONE; fold++) {
        cli_fold *out = &tuning->folds[fold];
        size_t    best = descend(work, fold);
        if (best == SIZE_MAX) {
            status = CLI_FAILED;
            break;
        }
        *out = (cli_fold){.chosen = work->trials[best].setting,
                          .trained = mean_of(work, best, fold, true),
                          .held_out = mean_of(work, best, fold, false),
                          .held_out_start = mean_of(work, 0, fold, false)};
        for (size_t i = 0; i < topics; i++) {
            if (work->fold_of[i] == fold) {
                held_out[i] = work->trials[best].values[i];
                out->queries++;
            }
        }
    }
    if (status == CLI_DONE)
        tuning->held_out = cli_significance_compare(held_out, work->trials[0].values, topics, 1);
    free(held_out);
    return status;
}

static int
run_all(tuner *work)
{
    cli_tuning *tuning = work->tuning;
    size_t      best;

    best = descend(work, SIZE_MAX);
    if (best == SIZE_MAX)
        return CLI_FAILED;
    tuning->chosen = work->trials[best].setting;
    tuning->chosen_mean = mean_of(work, best, SIZE_MAX, true);
    tuning->start_mean = mean_of(work, 0, SIZE_MAX, true);
    return CLI_DONE;
}

int
cli_tuning_run(cli_tuning *tuning, cli_eval *eval, size_t folds, cli_metric metric)
{
    rls_search_options before = eval->search.options;
    tuner              work = {.tuning = tuning,
                               .eval = eval,
                               .given = before.weights,
                               .given_count = before.weight_count};
    cli_tuned          start = {.k1 = before.k1, .b = before.b};
    int                status = CLI_DONE;

    *tuning = (cli_tuning){.metric = metric};
    if (folds > eval->judged.count) {
        cli_error("--folds %zu: there are %zu judged queries (give no more than that)", folds,
                  eval->judged.count);
        return CLI_FAILED;
    }
    rls_snapshot_fields(eval->snapshot, add_field, tuning, NULL);
    work.weights = cli_allocate(before.weight_count + CLI_TUNE_FIELDS, sizeof *work.weights);
    for (size_t i = 0; i < CLI_TUNE_FIELDS; i++)
        start.weights[i] = -1;
    tuning->fold_count = folds;
    tuning->folds = cli_allocate(folds, sizeof *tuning->folds);
    deal(&work);
    if (try(&work, &start) == SIZE_MAX)
        status = CLI_FAILED;
    if (status == CLI_DONE)
        status = run_folds(&work);
    if (status == CLI_DONE)
        status = run_all(&work);
    tuning->tried = work.trial_count;
    for (size_t i = 0; i < work.trial_count; i++)
        free(work.trials[i].values);
    free(work.trials);
    free(work.fold_of);
    free(work.weights);
    eval->search.options = before;
    return status;
}

void
cli_tuning_release(cli_tuning *tuning)
{
    free(tuning->folds);
    cli_arena_release(&tuning->strings);
    *tuning = (cli_tuning){0};
}

static void
put_flag(cli_text *out, size_t begin, const char *flag, double value)
{
    cli_text_format(out, "%s%s%g", out->size > begin ? " " : "", flag, value);
}

void
cli_tuning_put(const cli_tuning *tuning, const cli_tuned *chosen, cli_text *out)
{
    size_t begin = out->size;

    if (chosen->k1 >= 0)
        put_flag(out, begin, "--k1 ", chosen->k1);
    if (chosen->b >= 0)
        put_flag(out, begin, "--b ", chosen->b);
    for (size_t i = 0; i < tuning->field_count; i++) {
        cli_text flag = {0};
        cli_text_format(&flag, "--weight %s=", tuning->fields[i]);
        if (chosen->weights[i] >= 0)
            put_flag(out, begin, flag.data, chosen->weights[i]);
        cli_text_release(&flag);
    }
    if (out->size == begin)
        cli_text_put(out, "nothing");
}
