package io.linksocks.cli;

import static java.lang.System.Logger.Level.INFO;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The options of one run merged from flags, environment and defaults. */
final class OptionValues {
    private static final System.Logger LOG = System.getLogger(OptionValues.class.getName());

    // By name, as the first hashCode of a record takes 20 ms at start-up.
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> origins = new HashMap<>();
    private final Set<String> reported = new HashSet<>();
    private final Path folder;
    private String operand;

    OptionValues() {
        this(Path.of(""));
    }

    /** @param folder the base of relative file names */
    OptionValues(Path folder) {
        this.folder = folder;
    }

    /** The value so far, or null. */
    Object value(Option option) {
        return values.get(option.name());
    }

    /** @param origin the flag or the variable it came from; null for a default */
    void set(Option option, Object value, String origin) {
        values.put(option.name(), value);
        if (origin != null) {
            origins.put(option.name(), origin);
        }
    }

    void unset(Option option) {
        values.remove(option.name());
        origins.remove(option.name());
    }

    /** Gives every option without a value its default, if it has one. */
    void setDefaults(OptionTable table) throws UsageException {
        for (Option option : table.options()) {
            if (value(option) == null && option.fallback() != null) {
                set(option, option.read(option.spelled(), option.fallback(), null), null);
            }
        }
    }

    void setOperand(String text) {
        operand = text;
    }

    /** The argument that is not an option, or null. */
    String operand() {
        return operand;
    }

    /** Whether a flag or a variable gave it a value; a switch that was turned off counts as not given. */
    boolean isGiven(Option option) {
        return origins.containsKey(option.name()) && !Boolean.FALSE.equals(values.get(option.name()));
    }

    /** The flag or the variable that gave it its value, as the user wrote it; null for a default. */
    String origin(Option option) {
        return origins.get(option.name());
    }

    /** Whether its variable gave it its value, over which a flag of another option may win. */
    boolean isFromEnvironment(Option option) {
        return origin(option) != null && origin(option).equals(option.variable());
    }

    /** Logs which of these options were given without effect; the same only once, since values may be used several times. */
    void reportIgnored(String why, List<Option> options) {
        String names = String.join(", ", options.stream().filter(this::isGiven).map(this::withVariable).toList());
        if (!names.isEmpty() && reported.add(names + why)) {
            LOG.log(INFO, "{0}: without effect, because {1}", names, why);
        }
    }

    private String withVariable(Option option) {
        String origin = origin(option);
        return option.spelled() + (isFromEnvironment(option) ? " (set by " + origin + ")" : "");
    }

    /** Whether both have the same options with the same values. */
    boolean sameAs(OptionValues others) {
        return values.equals(others.values);
    }

    boolean isOn(Option option) {
        return Boolean.TRUE.equals(values.get(option.name()));
    }

    int count(Option option) {
        return values.get(option.name()) instanceof Integer count ? count : 0;
    }

    /** The number given, or its default. */
    int number(Option option) {
        return (Integer) values.get(option.name());
    }

    /** The text given, or the default, or null when there is neither. */
    String text(Option option) {
        return (String) values.get(option.name());
    }

    /** The file named, or null when there is none. */
    Path file(Option option) throws UsageException {
        return text(option) == null ? null : parse(option, folder::resolve);
    }

    /**
     * What a parser makes of the text given, or of the default, or of null.
     *
     * @param parser whose {@link IllegalArgumentException} says what is wrong with the value
     */
    <T> T parse(Option option, Function<String, T> parser) throws UsageException {
        return parse(option, option.spelled(), text(option), parser);
    }

    private static <T> T parse(Option option, String origin, String text, Function<String, T> parser) throws UsageException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option, origin, e.getMessage());
        }
    }

    /** An error about this option, as the user gave it. */
    UsageException blame(Option option, String phrase) {
        return new UsageException(option, blamed(option), phrase);
    }

    private String blamed(Option option) {
        return origins.getOrDefault(option.name(), option.spelled());
    }

    /** The length of time given, or its default. */
    Duration duration(Option option) {
        return (Duration) values.get(option.name());
    }

    /** The two lengths of time given, or their default. */
    ValueType.PeriodRange.Limits durations(Option option) {
        return (ValueType.PeriodRange.Limits) values.get(option.name());
    }

    /** What a parser makes of each value of a repeatable option, in their order. */
    <T> List<T> list(Option option, Function<String, T> parser) throws UsageException {
        List<T> parsed = new ArrayList<>();
        for (String text : list(option)) {
            parsed.add(parse(option, blamed(option), text, parser));
        }
        return parsed;
    }

    /** The values of a repeatable option in their order, perhaps none. */
    List<String> list(Option option) {
        return values.get(option.name()) instanceof List<?> list ? list.stream().map(String.class::cast).toList() : List.of();
    }
}
