/* k1, b and the weights of fields that suit judged queries best: coordinate search, and k-fold
 * cross-validation for what is to be expected of them on other queries. */
#ifndef CLI_EVAL_TUNE_H
#define CLI_EVAL_TUNE_H

#include "eval.h"
#include "significance.h"

enum {
    CLI_TUNE_FIELDS = 16 /* whose weights are searched: those with the most documents */
};

typedef struct cli_tuned {
    double k1, b;                    /* below 0: as they are by default */
    double weights[CLI_TUNE_FIELDS]; /* below 0: as the index has it */
} cli_tuned;

typedef struct cli_fold {
    size_t    queries; /* held out */
    cli_tuned chosen;  /* on the others */
    double    trained; /* what the others got with it */
    double    held_out, held_out_start;
} cli_fold;

typedef struct cli_tuning {
    cli_metric     metric;
    const char    *fields[CLI_TUNE_FIELDS];
    size_t         field_count;
    cli_fold      *folds;
    size_t         fold_count;
    cli_comparison held_out; /* each query as its fold left it out, against the start */
    cli_tuned      chosen;   /* on all queries */
    double         chosen_mean, start_mean;
    size_t         tried; /* settings that were run */
    cli_arena      strings;
} cli_tuning;

/* Searches from what the options of `eval` say. CLI_FAILED after an error that was told. */
int  cli_tuning_run(cli_tuning *tuning, cli_eval *eval, size_t folds, cli_metric metric);
void cli_tuning_release(cli_tuning *tuning);

/* "--k1 0.9 --b 0.4 --weight title=3"; "nothing" when all is as it is by default */
void cli_tuning_put(const cli_tuning *tuning, const cli_tuned *chosen, cli_text *out);

#endif
