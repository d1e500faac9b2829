package io.linksocks.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Completion for bash 4 or newer, without the package bash-completion. */
final class BashCompletion {
    /** Bash takes {@code --flag=value} for three words, with the sign as the second. */
    private static final String HEAD = """
            # Completion of linksocks for bash, made by: linksocks completion bash
            _linksocks() {
                local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} words files
                if [[ $current == = ]]; then
                    current=
                elif [[ $flag == = ]]; then
                    flag=${COMP_WORDS[COMP_CWORD-2]}
                fi
                COMPREPLY=()
                if ((COMP_CWORD == 1)); then
                    mapfile -t COMPREPLY < <(compgen -W "%s" -- "$current")
                    return
                fi
                case ${COMP_WORDS[1]} in
            """;
    private static final String TAIL = """
                    *) return ;;
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
                if [[ $files ]]; then
                    compopt -o default
                fi
            }
            complete -F _linksocks linksocks
            """;

    private final StringBuilder script = new StringBuilder();

    private BashCompletion() {}

    static String of(List<CommandGroup> groups) {
        BashCompletion completion = new BashCompletion();
        completion.script.append(HEAD.formatted(String.join(" ", Commands.NAMES) + " --help --version"));
        groups.forEach(completion::group);
        return completion.script.append(TAIL).toString();
    }

    private void group(CommandGroup group) {
        line(2, group.names("|") + ")");
        line(3, "case $flag in");
        Map<Candidates, List<String>> flags = new LinkedHashMap<>();
        for (Option option : group.available()) {
            if (option.type().needsValue()) {
                flags.computeIfAbsent(Candidates.of(option), candidates -> new ArrayList<>()).add(flags(option));
            }
        }
        flags.forEach((candidates, some) -> line(4, String.join("|", some) + ") " + offer(candidates) + " ;;"));
        line(4, "*) " + offer(Candidates.of(group.table())));
        line(5, "if [[ $current == -* ]]; then");
        line(6, "words='" + String.join(" ", group.available().stream().map(Option::spelled).toList()) + "' files=");
        line(5, "fi ;;");
        line(3, "esac ;;");
    }

    private static String flags(Option option) {
        return option.letter() == Option.NO_LETTER ? option.spelled() : option.spelled() + "|-" + option.letter();
    }

    private static String offer(Candidates candidates) {
        return "words='" + String.join(" ", candidates.words()) + "' files=" + (candidates.files() ? "yes" : "");
    }

    private void line(int depth, String text) {
        script.repeat("    ", depth).append(text).append('\n');
    }
}
