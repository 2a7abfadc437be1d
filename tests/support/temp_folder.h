/* Folders for one test run: made under TMPDIR, removed with all they hold when the program ends. */
#ifndef RLS_TESTS_TEMP_FOLDER_H
#define RLS_TESTS_TEMP_FOLDER_H

/* The path of a new, empty folder; good until the program ends. A child process must leave by
 * _exit to keep the folders of its parent (one that leaves by exit does too). */
const char *rls_test_temp_folder(void);

/* `folder` "/" `name`, in static storage; good until the fourth call after this one. */
const char *rls_test_path(const char *folder, const char *name);

#endif
