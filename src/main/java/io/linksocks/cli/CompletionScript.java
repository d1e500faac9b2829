package io.linksocks.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Scripts that make a shell complete command lines, rendered from the option tables. */
abstract class CompletionScript {
    static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final StringBuilder script = new StringBuilder();

    /** @throws UsageException when the shell is null, or none of {@link #SHELLS} */
    static String of(String shell) throws UsageException {
        if (shell == null) {
            throw new UsageException("for which shell? One of " + String.join(", ", SHELLS));
        }
        CompletionScript completion = switch (shell) {
            case "bash" -> new Bash();
            case "zsh" -> new Zsh();
            case "fish" -> new Fish();
            default -> throw new UsageException("unknown shell " + OneLine.quote(shell) + "; "
                    + Nearest.hint(shell, SHELLS, "one of " + String.join(", ", SHELLS)));
        };
        completion.render(Commands.groups());
        return completion.script.toString();
    }

    abstract void render(List<Commands.Group> groups);

    final void append(String text) {
        script.append(text);
    }

    final void line(int depth, String text) {
        script.repeat("    ", depth).append(text).append('\n');
    }

    /**
     * What a shell may offer in the place of a value.
     *
     * @param words all that fits, when that is a few words
     * @param files whether it is the name of a file
     */
    private record Candidates(List<String> words, boolean files) {
        static Candidates of(Option option) {
            return option.type() instanceof ValueType.Choice choice
                    ? new Candidates(choice.words(), false)
                    : named(option.placeholder());
        }

        /** Those of the operand of a command. */
        static Candidates of(OptionTable table) {
            return named(table.operand() == null ? "" : table.operand());
        }

        /** By the placeholder on the help page: a kind of value, or the words themselves, separated by bars. */
        private static Candidates named(String placeholder) {
            return switch (placeholder.toLowerCase(Locale.ROOT)) {
                case "file" -> new Candidates(List.of(), true);
                case "command" -> new Candidates(Commands.NAMES, false);
                default -> new Candidates(placeholder.contains("|") ? List.of(placeholder.split("\\|")) : List.of(), false);
            };
        }

        String joined() {
            return String.join(" ", words);
        }
    }

    /** For bash 4 or newer, without the package bash-completion. */
    private static final class Bash extends CompletionScript {
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

        @Override
        void render(List<Commands.Group> groups) {
            append(HEAD.formatted(String.join(" ", Commands.NAMES) + " --help --version"));
            groups.forEach(this::group);
            append(TAIL);
        }

        private void group(Commands.Group group) {
            List<Option> options = group.table().effective();
            line(2, group.names("|") + ")");
            line(3, "case $flag in");
            Map<Candidates, List<String>> flags = new LinkedHashMap<>();
            options.stream().filter(option -> option.type().needsValue()).forEach(option ->
                    flags.computeIfAbsent(Candidates.of(option), candidates -> new ArrayList<>()).add(flags(option)));
            flags.forEach((candidates, some) -> line(4, String.join("|", some) + ") " + offer(candidates) + " ;;"));
            line(4, "*) " + offer(Candidates.of(group.table())));
            line(5, "if [[ $current == -* ]]; then");
            line(6, "words='" + String.join(" ", options.stream().map(Option::spelled).toList()) + "' files=");
            line(5, "fi ;;");
            line(3, "esac ;;");
        }

        private static String flags(Option option) {
            return option.spelled() + (option.hasLetter() ? "|-" + option.letter() : "");
        }

        private static String offer(Candidates candidates) {
            return "words='" + candidates.joined() + "' files=" + (candidates.files() ? "yes" : "");
        }
    }

    /** A function for a folder of {@code $fpath}; the script can be sourced as well. */
    private static final class Zsh extends CompletionScript {
        private static final String HEAD = """
                #compdef linksocks
                # Completion of linksocks for zsh, made by: linksocks completion zsh
                _linksocks() {
                    local -a commands
                    commands=(
                """;
        private static final String MIDDLE = """
                    )
                    if ((CURRENT == 2)); then
                        _describe -t commands command commands
                        _arguments '(- *)--help[show how the program is used]' '(- *)--version[print the version]'
                        return
                    fi
                    shift words
                    ((CURRENT--))
                    case $words[1] in
                """;
        private static final String TAIL = """
                    esac
                }
                if [[ $funcstack[1] == _linksocks ]]; then
                    _linksocks "$@"
                else
                    compdef _linksocks linksocks
                fi
                """;

        @Override
        void render(List<Commands.Group> groups) {
            append(HEAD);
            groups.stream().flatMap(group -> group.commands().stream())
                    .forEach(command -> line(2, quote(command.name() + ":" + command.summary())));
            append(MIDDLE);
            groups.forEach(this::group);
            append(TAIL);
        }

        private void group(Commands.Group group) {
            line(2, group.names("|") + ")");
            List<String> arguments = new ArrayList<>(group.table().effective().stream().map(Zsh::argument).toList());
            if (group.table().operand() != null) {
                arguments.add(quote(value(group.table().operand(), Candidates.of(group.table()))));
            }
            line(3, "_arguments -s -S : \\");
            line(4, String.join(" \\\n                ", arguments));
            line(3, ";;");
        }

        /** Both forms with the same explanation; one excludes the other unless the option may be repeated. */
        private static String argument(Option option) {
            boolean value = option.type().needsValue();
            String name = option.spelled() + (value ? "=" : "");
            String text = "[" + option.help().replace("]", "\\]").replace("[", "\\[") + "]"
                    + (value ? value(option.placeholder(), Candidates.of(option)) : "");
            boolean repeatable = option.type() instanceof ValueType.TextList || option.type() instanceof ValueType.Count;
            if (!option.hasLetter()) {
                return quote((repeatable ? "*" : "") + name + text);
            }
            String letter = "-" + option.letter();
            String before = repeatable ? "*" : "(" + letter + " " + option.spelled() + ")";
            return quote(before) + "{" + letter + (value ? "+" : "") + "," + name + "}" + quote(text);
        }

        /** The description of a value and how to complete it. */
        private static String value(String placeholder, Candidates candidates) {
            String action = candidates.words().isEmpty() ? " " : "(" + candidates.joined() + ")";
            return ":" + placeholder.replace(":", "\\:") + ":" + (candidates.files() ? "_files" : action);
        }

        private static String quote(String text) {
            return "'" + text.replace("'", "'\\''") + "'";
        }
    }

    private static final class Fish extends CompletionScript {
        private static final String HEAD = """
                # Completion of linksocks for fish, made by: linksocks completion fish
                function __linksocks_command --description 'Whether the command before the cursor is one of these'
                    set -l words (commandline --tokenize --cut-at-cursor --current-process)
                    set -q words[2]; or set words[2] ''
                    contains -- $words[2] $argv
                end
                complete -c linksocks -f
                complete -c linksocks -n "__linksocks_command ''" -l help -d 'show how the program is used'
                complete -c linksocks -n "__linksocks_command ''" -l version -d 'print the version'
                """;

        @Override
        void render(List<Commands.Group> groups) {
            append(HEAD);
            for (Commands.Group group : groups) {
                group.commands().forEach(command ->
                        complete("''", " -a " + command.name() + " -d " + quote(command.summary())));
                group.table().effective().forEach(option -> complete(group.names(" "), argument(option)));
                if (group.table().operand() != null) {
                    complete(group.names(" "), offer(Candidates.of(group.table())));
                }
            }
        }

        private static String argument(Option option) {
            return (option.hasLetter() ? " -s " + option.letter() : "") + " -l " + option.name()
                    + (option.type().needsValue() ? " -r" + offer(Candidates.of(option)) : "") + " -d " + quote(option.help());
        }

        private static String offer(Candidates candidates) {
            if (candidates.files()) {
                return " -F";
            }
            return candidates.words().isEmpty() ? " -f" : " -f -a " + quote(candidates.joined());
        }

        /** @param commands those after which it is offered */
        private void complete(String commands, String rest) {
            line(0, "complete -c linksocks -n \"__linksocks_command " + commands + "\"" + rest);
        }

        private static String quote(String text) {
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }
    }
}
