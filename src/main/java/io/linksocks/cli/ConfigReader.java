package io.linksocks.cli;

import io.linksocks.json.JsonDocument;
import io.linksocks.json.JsonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the text of a file of tunnels. The options of a command are the keys of its tunnels, so a file can
 * hold any option of the command line.
 *
 * <pre>{@code
 * {"servers": {"NAME": {OPTION: VALUE, ...}, ...}, "clients": {...}, "providers": {...}, "connectors": {...}, "debug": 1}
 * }</pre>
 */
final class ConfigReader {
    /** The options of the whole process, which a tunnel can't have. */
    static final OptionTable PROCESS = CommonOptions.COMMON.without(OptionTable.of(CommonOptions.HELP));
    /** In the order in which tunnels start: servers before those that connect to them. */
    private static final List<ServiceCommand> COMMANDS =
            List.of(new ServerCommand(), ClientCommand.provider(), ClientCommand.connector(), ClientCommand.client());
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]{1,64}");
    private static final String EXAMPLE = ", like {\"clients\": {\"home\": {\"token\": \"my-token\"}}}";
    private static final String EMPTY = "is empty; leave it out instead";
    /** A longer list helps nobody. */
    private static final int MAX_PROBLEMS = 20;

    private final JsonDocument document;
    private final Path folder;
    private final List<String> problems = new ArrayList<>();
    private final List<Config.Tunnel> tunnels = new ArrayList<>();

    private ConfigReader(JsonDocument document, Path folder) {
        this.document = document;
        this.folder = folder;
    }

    /**
     * @param folder the base of relative file names
     * @throws UsageException naming lines and keys, and no secret
     */
    static Config read(String text, Path folder) throws UsageException {
        if (text.isBlank()) {
            throw new UsageException("line 1: the file is empty; it must be an object" + EXAMPLE);
        }
        JsonDocument document;
        try {
            document = JsonDocument.parse(text);
        } catch (JsonException e) {
            throw new UsageException(e.getMessage());
        }
        if (!(document.root() instanceof Map<?, ?> root)) {
            throw new UsageException("line 1: must be an object" + EXAMPLE);
        }
        return new ConfigReader(document, folder).read(root);
    }

    private Config read(Map<?, ?> root) throws UsageException {
        OptionValues process = new OptionValues();
        for (Object key : root.keySet()) {
            Optional<ServiceCommand> command = COMMANDS.stream().filter(one -> section(one).equals(key)).findFirst();
            if (command.isPresent()) {
                readSection(root, command.get());
            } else {
                readOption(root, (String) key, "", "run", PROCESS, process);
            }
        }
        tunnels.sort(Comparator.comparing(tunnel -> COMMANDS.indexOf(tunnel.command())));
        if (!problems.isEmpty()) {
            throw new UsageException(problems);
        }
        return new Config(withDefaults(process, PROCESS), List.copyOf(tunnels));
    }

    private static String section(Command command) {
        return command.name() + "s";
    }

    private void readSection(Map<?, ?> root, ServiceCommand command) {
        String section = section(command);
        if (!(root.get(section) instanceof Map<?, ?> named)) {
            report(root, section, section, "must be an object of names and tunnels");
            return;
        }
        for (Object name : named.keySet()) {
            String path = section + "." + name;
            if (!NAME.matcher((String) name).matches()) {
                report(named, (String) name, path, "a name has letters, digits, and '.', '_', '-', 64 at the most");
            } else if (named.get(name) instanceof Map<?, ?> options) {
                tunnels.add(readTunnel(options, path, command, document.line(named, (String) name)));
            } else {
                report(named, (String) name, path, "must be an object of options and their values");
            }
        }
    }

    private Config.Tunnel readTunnel(Map<?, ?> object, String path, ServiceCommand command, int line) {
        OptionTable table = command.table().without(CommonOptions.COMMON.with(ClientCommand.STDIO));
        OptionValues values = new OptionValues(folder);
        Map<Option, Integer> lines = new IdentityHashMap<>();
        for (Object key : object.keySet()) {
            Option option = readOption(object, (String) key, path + ".", command.name(), table, values);
            if (option != null) {
                lines.put(option, document.line(object, (String) key));
            }
        }
        return new Config.Tunnel(path, command, withDefaults(values, table), lines, line);
    }

    /** Returns null when there is no such option. */
    private Option readOption(Map<?, ?> object, String key, String prefix, String command, OptionTable table,
            OptionValues values) {
        Option option = table.named(key);
        if (option == null) {
            report(object, key, prefix + key, unknown(key, table, command));
            return null;
        }
        try {
            if (values.value(option) != null) {
                throw new UsageException(option, key, "the same as " + values.origin(option) + ", which is there already");
            }
            values.set(option, value(option, object.get(key)), option.spelled());
        } catch (UsageException e) {
            report(object, key, prefix + key, e.phrase());
        }
        return option;
    }

    /** What the option's type makes of the same value on a command line. Each type has one form in JSON. */
    private static Object value(Option option, Object json) throws UsageException {
        return switch (option.type()) {
            case ValueType.Switch type -> json instanceof Boolean ? json : refuse(option, "true or false", json);
            case ValueType.Count type -> number(option, json);
            case ValueType.Whole type -> number(option, json);
            case ValueType.Size type when json instanceof Long -> number(option, json);
            case ValueType.TextList type when json instanceof List<?> list -> texts(option, list);
            default -> text(option, json, null);
        };
    }

    private static Object number(Option option, Object json) throws UsageException {
        return json instanceof Long number
                ? option.read(option.spelled(), number.toString(), null)
                : refuse(option, "a whole number", json);
    }

    private static Object text(Option option, Object json, Object earlier) throws UsageException {
        if (!(json instanceof String text)) {
            boolean several = option.type() instanceof ValueType.TextList;
            return refuse(option, several ? "a string or an array of strings" : "a string", json);
        }
        if (text.isEmpty()) {
            throw wrong(option, EMPTY);
        }
        return option.read(option.spelled(), text, earlier);
    }

    private static Object texts(Option option, List<?> list) throws UsageException {
        if (list.isEmpty()) {
            throw wrong(option, EMPTY);
        }
        Object all = null;
        for (Object element : list) {
            all = text(option, element, all);
        }
        return all;
    }

    private static Object refuse(Option option, String wanted, Object json) throws UsageException {
        throw wrong(option, "must be " + wanted + ", not " + switch (json) {
            case null -> "null";
            case String text -> "a string";
            case Long number -> "a number";
            case Double number -> "a number with a fraction or an exponent";
            case Boolean truth -> truth;
            case Map<?, ?> object -> "an object";
            default -> "an array";
        });
    }

    private static UsageException wrong(Option option, String phrase) {
        return new UsageException(option, option.spelled(), phrase);
    }

    private static String unknown(String key, OptionTable table, String command) {
        if (table == PROCESS) {
            Stream<String> known = Stream.concat(COMMANDS.stream().map(ConfigReader::section),
                    PROCESS.options().stream().map(Option::name));
            return "unknown; " + Nearest.hint(key, known.toList(), "linksocks man describes the file");
        }
        return PROCESS.named(key) == null
                ? "unknown; " + table.nearest(key, "", command)
                : "concerns all tunnels: it belongs to the top of the file";
    }

    private static OptionValues withDefaults(OptionValues values, OptionTable table) {
        try {
            values.setDefaults(table);
            return values;
        } catch (UsageException e) {
            throw new IllegalStateException("a default that its option refuses", e);
        }
    }

    private void report(Map<?, ?> object, String key, String path, String what) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(Config.problem(document.line(object, key), path, what));
        }
    }
}
