package io.linksocks.cli;

import java.util.ArrayList;
import java.util.List;

/** Completion for zsh: a function for a folder of {@code $fpath}, which may also be sourced. */
final class ZshCompletion {
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

    private final StringBuilder script = new StringBuilder();

    private ZshCompletion() {}

    static String of(List<CommandGroup> groups) {
        ZshCompletion completion = new ZshCompletion();
        completion.script.append(HEAD);
        for (CommandGroup group : groups) {
            for (Command command : group.commands()) {
                completion.line(2, quote(command.name() + ":" + command.summary()));
            }
        }
        completion.script.append(MIDDLE);
        groups.forEach(completion::group);
        return completion.script.append(TAIL).toString();
    }

    private void group(CommandGroup group) {
        line(2, group.names("|") + ")");
        List<String> specifications = new ArrayList<>();
        group.available().forEach(option -> specifications.add(specification(option)));
        if (group.table().operand() != null) {
            specifications.add(quote(":" + message(group.table().operand()) + action(Candidates.of(group.table()))));
        }
        line(3, "_arguments -s -S : \\");
        line(4, String.join(" \\\n                ", specifications));
        line(3, ";;");
    }

    /** Both forms with the same explanation; one excludes the other unless the option may be repeated. */
    private static String specification(Option option) {
        boolean value = option.type().needsValue();
        String name = option.spelled() + (value ? "=" : "");
        String text = "[" + option.help().replace("]", "\\]").replace("[", "\\[") + "]"
                + (value ? ":" + message(option.placeholder()) + action(Candidates.of(option)) : "");
        boolean repeatable = option.type() instanceof ValueType.TextList || option.type() instanceof ValueType.Count;
        if (option.letter() == Option.NO_LETTER) {
            return quote((repeatable ? "*" : "") + name + text);
        }
        String letter = "-" + option.letter();
        String before = repeatable ? "*" : "(" + letter + " " + option.spelled() + ")";
        return quote(before) + "{" + letter + (value ? "+" : "") + "," + name + "}" + quote(text);
    }

    /** What stands before the colon of an action. */
    private static String message(String text) {
        return text.replace(":", "\\:");
    }

    private static String action(Candidates candidates) {
        if (candidates.files()) {
            return ":_files";
        }
        return candidates.words().isEmpty() ? ": " : ":(" + String.join(" ", candidates.words()) + ")";
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private void line(int depth, String text) {
        script.repeat("    ", depth).append(text).append('\n');
    }
}
