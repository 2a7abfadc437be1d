/* Completion of the command line in bash, zsh and fish, from the table of flags. */
#include <string.h>

#include "commands.h"
#include "help.h"

/* --- bash --- */

static void
put_bash_values(cli_text *out, const cli_command *command, const cli_flag *flag)
{
    cli_text_format(out, "    %s:--%s", command->name, flag->name);
    if (flag->letter != 0)
        cli_text_format(out, "|%s:-%c", command->name, flag->letter);
    cli_text_put(out, ") ");
    if (flag->kind == CLI_FLAG_CHOICE) {
        cli_text_put(out, "_rsearch_words \"");
        for (size_t i = 0; flag->choices[i] != NULL; i++)
            cli_text_format(out, "%s%s", i == 0 ? "" : " ", flag->choices[i]);
        cli_text_put(out, "\"");
    } else {
        switch (flag->complete) {
        case CLI_COMPLETE_FILE:
            cli_text_put(out, "_rsearch_files -f");
            break;
        case CLI_COMPLETE_FOLDER:
            cli_text_put(out, "_rsearch_files -d");
            break;
        case CLI_COMPLETE_FIELD:
            cli_text_put(out, "_rsearch_words \"$(rsearch help --list=fields 2>/dev/null)\"");
            break;
        case CLI_COMPLETE_WORDS:
            cli_text_put(out, "_rsearch_typed");
            break;
        case CLI_COMPLETE_COMMAND:
        case CLI_COMPLETE_NOTHING:
            cli_text_put(out, "COMPREPLY=()");
            break;
        }
    }
    cli_text_put(out, "; return;;\n");
}

static void
put_command_names(cli_text *out)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        cli_text_format(out, "%s%s", i == 0 ? "" : " ", cli_commands[i]->name);
}

void
cli_completion_bash(cli_text *out)
{
    cli_text_put(out,
                 "# Completion of rsearch for bash, made from its table of flags.\n"
                 "_rsearch_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n"
                 "_rsearch_files() {\n"
                 "  local IFS=$'\\n'\n"
                 "  COMPREPLY=($(compgen \"$1\" -- \"$cur\"))\n"
                 "  compopt -o filenames 2>/dev/null\n"
                 "}\n"
                 "# Words of the index, folded: what is typed is put in front of what follows it.\n"
                 "_rsearch_typed() {\n"
                 "  local word words\n"
                 "  [[ ${#cur} -ge 2 && $cur != *[^[:alnum:]]* ]] || return\n"
                 "  words=$(rsearch help --list=words -- \"$cur\" 2>/dev/null)\n"
                 "  while IFS= read -r word; do\n"
                 "    if [[ ${word,,} == \"${cur,,}\"* ]]; then COMPREPLY+=(\"${word,,}\"); fi\n"
                 "  done <<< \"$words\"\n"
                 "}\n"
                 "_rsearch() {\n"
                 "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "  local command= i\n"
                 "  COMPREPLY=()\n"
                 "  # --flag=value comes as three words.\n"
                 "  if [[ $cur == '=' ]]; then\n"
                 "    cur=\n"
                 "  elif [[ $prev == '=' ]]; then\n"
                 "    prev=${COMP_WORDS[COMP_CWORD-2]}\n"
                 "  fi\n"
                 "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "    if [[ ${COMP_WORDS[i]} != -* ]]; then\n"
                 "      command=${COMP_WORDS[i]}\n"
                 "      break\n"
                 "    fi\n"
                 "  done\n"
                 "  if [[ -z $command ]]; then\n"
                 "    _rsearch_words \"");
    put_command_names(out);
    cli_text_put(out, " --help --version\"\n"
                      "    return\n"
                      "  fi\n"
                      "  case $command:$prev in\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        for (size_t j = 0; j < cli_flag_count; j++) {
            if ((cli_flags[j].commands & cli_commands[i]->bit) != 0 &&
                cli_flag_has_value(&cli_flags[j]))
                put_bash_values(out, cli_commands[i], &cli_flags[j]);
        }
    }
    cli_text_put(out, "  esac\n"
                      "  if [[ $cur == -* ]]; then\n"
                      "    case $command in\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        cli_text_format(out, "    %s) _rsearch_words \"", cli_commands[i]->name);
        for (size_t j = 0; j < cli_flag_count; j++) {
            if ((cli_flags[j].commands & cli_commands[i]->bit) != 0)
                cli_text_format(out, "--%s ", cli_flags[j].name);
        }
        cli_text_put(out, "\";;\n");
    }
    cli_text_put(out, "    esac\n"
                      "    return\n"
                      "  fi\n"
                      "  case $command in\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_command *command = cli_commands[i];
        if (command->complete == CLI_COMPLETE_FILE)
            cli_text_format(out, "  %s) _rsearch_files -f;;\n", command->name);
        else if (command->complete == CLI_COMPLETE_WORDS)
            cli_text_format(out, "  %s) _rsearch_typed;;\n", command->name);
        else if (command->complete == CLI_COMPLETE_FIELD)
            cli_text_format(out,
                            "  %s) _rsearch_words \"$(rsearch help --list=fields "
                            "2>/dev/null)\";;\n",
                            command->name);
        else if (command->complete == CLI_COMPLETE_COMMAND) {
            cli_text_format(out, "  %s) _rsearch_words \"", command->name);
            put_command_names(out);
            cli_text_put(out, "\";;\n");
        }
    }
    cli_text_put(out, "  esac\n"
                      "}\n"
                      "complete -F _rsearch rsearch\n");
}

/* --- zsh --- */

/* Inside single quotes and the brackets of _arguments. */
static void
put_zsh_text(cli_text *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'')
            cli_text_put(out, "'\\''");
        else if (strchr("[]:\\", text[i]) != NULL)
            cli_text_format(out, "\\%c", text[i]);
        else
            cli_text_add(out, &text[i], 1);
    }
}

static const char *
zsh_action(cli_complete complete)
{
    switch (complete) {
    case CLI_COMPLETE_FILE:
        return "_files";
    case CLI_COMPLETE_FOLDER:
        return "_files -/";
    case CLI_COMPLETE_FIELD:
        return "_rsearch_fields";
    case CLI_COMPLETE_COMMAND:
        return "_rsearch_commands";
    case CLI_COMPLETE_WORDS:
        return "_rsearch_words";
    case CLI_COMPLETE_NOTHING:
        break;
    }
    return " ";
}

static void
put_zsh_flag(cli_text *out, const cli_flag *flag, const char *name)
{
    bool is_long = name[1] == '-';

    cli_text_format(out, "        '%s%s%s[", flag->kind == CLI_FLAG_TEXTS ? "*" : "", name,
                    !cli_flag_has_value(flag) ? ""
                    : is_long                 ? "="
                                              : "+");
    put_zsh_text(out, flag->help, cli_flag_summary_size(flag));
    cli_text_put(out, "]");
    if (flag->kind == CLI_FLAG_CHOICE) {
        cli_text_format(out, ":%s:(", flag->name);
        for (size_t i = 0; flag->choices[i] != NULL; i++)
            cli_text_format(out, "%s%s", i == 0 ? "" : " ", flag->choices[i]);
        cli_text_put(out, ")");
    } else if (cli_flag_has_value(flag)) {
        cli_text_put(out, ":");
        put_zsh_text(out, flag->value, strlen(flag->value));
        cli_text_format(out, ":%s", zsh_action(flag->complete));
    }
    cli_text_put(out, "' \\\n");
}

void
cli_completion_zsh(cli_text *out)
{
    cli_text_put(out, "#compdef rsearch\n"
                      "# Completion of rsearch for zsh, made from its table of flags.\n"
                      "_rsearch_commands() {\n"
                      "  local -a commands=(\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        cli_text_format(out, "    '%s:", cli_commands[i]->name);
        put_zsh_text(out, cli_commands[i]->summary, strlen(cli_commands[i]->summary));
        cli_text_put(out, "'\n");
    }
    cli_text_put(
        out, "  )\n"
             "  _describe command commands\n"
             "}\n"
             "_rsearch_fields() {\n"
             "  local -a fields=(${(f)\"$(rsearch help --list=fields 2>/dev/null)\"})\n"
             "  compadd -a fields\n"
             "}\n"
             "_rsearch_words() {\n"
             "  (( ${#PREFIX} >= 2 )) || return\n"
             "  local -a words=(${(f)\"$(rsearch help --list=words -- $PREFIX 2>/dev/null)\"})\n"
             "  compadd -M 'm:{a-zA-Z}={A-Za-z}' -a words\n"
             "}\n"
             "_rsearch() {\n"
             "  local curcontext=$curcontext state line\n"
             "  _arguments -C '1: :_rsearch_commands' '*:: :->command'\n"
             "  [[ $state == command ]] || return\n"
             "  case $line[1] in\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_command *command = cli_commands[i];
        cli_text_format(out, "    %s)\n      _arguments \\\n", command->name);
        for (size_t j = 0; j < cli_flag_count; j++) {
            const cli_flag *flag = &cli_flags[j];
            cli_text        name = {0};
            if ((flag->commands & command->bit) == 0)
                continue;
            cli_text_format(&name, "--%s", flag->name);
            put_zsh_flag(out, flag, name.data);
            if (flag->letter != 0) {
                cli_text_clear(&name);
                cli_text_format(&name, "-%c", flag->letter);
                put_zsh_flag(out, flag, name.data);
            }
            cli_text_release(&name);
        }
        cli_text_format(out, "        '*: :%s'\n      ;;\n", zsh_action(command->complete));
    }
    cli_text_put(out, "  esac\n"
                      "}\n"
                      "_rsearch \"$@\"\n");
}

/* --- fish --- */

static void
put_fish_text(cli_text *out, const char *text, size_t size)
{
    cli_text_put(out, "'");
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            cli_text_put(out, "\\");
        cli_text_add(out, &text[i], 1);
    }
    cli_text_put(out, "'");
}

static void
put_fish_flag(cli_text *out, const cli_command *command, const cli_flag *flag)
{
    cli_text_format(out, "complete -c rsearch -n '__fish_seen_subcommand_from %s' -l %s",
                    command->name, flag->name);
    if (flag->letter != 0)
        cli_text_format(out, " -s %c", flag->letter);
    if (flag->kind == CLI_FLAG_CHOICE) {
        cli_text_put(out, " -x -a '");
        for (size_t i = 0; flag->choices[i] != NULL; i++)
            cli_text_format(out, "%s%s", i == 0 ? "" : " ", flag->choices[i]);
        cli_text_put(out, "'");
    } else if (flag->complete == CLI_COMPLETE_FILE) {
        cli_text_put(out, " -r -F");
    } else if (flag->complete == CLI_COMPLETE_FOLDER) {
        cli_text_put(out, " -x -a '(__fish_complete_directories)'");
    } else if (flag->complete == CLI_COMPLETE_FIELD) {
        cli_text_put(out, " -x -a '(rsearch help --list=fields 2>/dev/null)'");
    } else if (cli_flag_has_value(flag)) {
        cli_text_put(out, " -x");
    }
    cli_text_put(out, " -d ");
    put_fish_text(out, flag->help, cli_flag_summary_size(flag));
    cli_text_put(out, "\n");
}

void
cli_completion_fish(cli_text *out)
{
    cli_text_put(out, "# Completion of rsearch for fish, made from its table of flags.\n"
                      "complete -c rsearch -f\n"
                      "complete -c rsearch -n __fish_use_subcommand -l help -d 'This text'\n"
                      "complete -c rsearch -n __fish_use_subcommand -l version -d 'The version'\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_command *command = cli_commands[i];
        cli_text_format(out, "complete -c rsearch -n __fish_use_subcommand -a %s -d ",
                        command->name);
        put_fish_text(out, command->summary, strlen(command->summary));
        cli_text_put(out, "\n");
        if (command->complete == CLI_COMPLETE_FILE)
            cli_text_format(out, "complete -c rsearch -n '__fish_seen_subcommand_from %s' -F\n",
                            command->name);
        if (command->complete == CLI_COMPLETE_WORDS)
            cli_text_format(out,
                            "complete -c rsearch -n '__fish_seen_subcommand_from %s' -a "
                            "'(rsearch help --list=words -- (commandline -ct) 2>/dev/null)'\n",
                            command->name);
        if (command->complete == CLI_COMPLETE_FIELD)
            cli_text_format(out,
                            "complete -c rsearch -n '__fish_seen_subcommand_from %s' -a "
                            "'(rsearch help --list=fields 2>/dev/null)'\n",
                            command->name);
        if (command->complete == CLI_COMPLETE_COMMAND) {
            cli_text_format(out, "complete -c rsearch -n '__fish_seen_subcommand_from %s' -a '",
                            command->name);
            put_command_names(out);
            cli_text_put(out, "'\n");
        }
        for (size_t j = 0; j < cli_flag_count; j++) {
            if ((cli_flags[j].commands & command->bit) != 0)
                put_fish_flag(out, command, &cli_flags[j]);
        }
    }
}
