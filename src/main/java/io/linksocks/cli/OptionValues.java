package io.linksocks.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The options of one run after flags, environment and defaults were weighed against each other. */
final class OptionValues {
    /** By identity: options are constants of their tables. */
    private final Map<Option, Object> values = new IdentityHashMap<>();
    private final Map<Option, String> origins = new IdentityHashMap<>();
    private final Set<String> notes = new HashSet<>();
    private final Path folder;
    private String operand;

    OptionValues() {
        this(Path.of(""));
    }

    /** @param folder where files are that are named without one */
    OptionValues(Path folder) {
        this.folder = folder;
    }

    /** What the flag amounts to so far, or null. */
    Object value(Option option) {
        return values.get(option);
    }

    /** @param origin the flag or the variable it came from; null for a default */
    void set(Option option, Object value, String origin) {
        values.put(option, value);
        if (origin != null) {
            origins.put(option, origin);
        }
    }

    void unset(Option option) {
        values.remove(option);
        origins.remove(option);
    }

    /** Gives every option that has no value the default that the table has for it. */
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

    /** The one argument that is no option, or null. */
    String operand() {
        return operand;
    }

    /** Whether a flag or a variable gave it a value; a switch that was turned off counts as not given. */
    boolean isGiven(Option option) {
        return origins.containsKey(option) && !Boolean.FALSE.equals(values.get(option));
    }

    /** The flag or the variable that gave it its value, as the user wrote it; null for a default. */
    String origin(Option option) {
        return origins.get(option);
    }

    /** Whether this is said for the first time about these values, which may be put to use several times. */
    boolean isNew(String note) {
        return notes.add(note);
    }

    /** Whether whatever is made of the others would be made of these. */
    boolean sameAs(OptionValues others) {
        return values.keySet().equals(others.values.keySet())
                && values.keySet().stream().allMatch(option -> values.get(option).equals(others.values.get(option)));
    }

    boolean isOn(Option option) {
        return Boolean.TRUE.equals(values.get(option));
    }

    int count(Option option) {
        return values.get(option) instanceof Integer count ? count : 0;
    }

    /** The number given, or the default that the table has for it. */
    int number(Option option) {
        return (Integer) values.get(option);
    }

    /** The text given, or the default, or null when there is neither. */
    String text(Option option) {
        return (String) values.get(option);
    }

    /** The file named, or null when there is none. */
    Path file(Option option) throws UsageException {
        String name = text(option);
        return name == null ? null : blaming(option, name, folder::resolve);
    }

    /** What a parser makes of a value; what is wrong with it is the option's fault. */
    static <S, T> T blaming(Option option, S value, Function<S, T> parser) throws UsageException {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option, option.spelled(), e.getMessage());
        }
    }

    /** What is wrong with the value of an option. */
    UsageException blame(Option option, String phrase) {
        String origin = origins.get(option);
        return new UsageException(option, origin == null ? option.spelled() : origin, phrase);
    }

    /** The length of time given, or the default that the table has for it. */
    Duration duration(Option option) {
        return (Duration) values.get(option);
    }

    /** The two lengths of time given, or the default that the table has for them. */
    ValueType.PeriodRange.Limits durations(Option option) {
        return (ValueType.PeriodRange.Limits) values.get(option);
    }

    /** What a parser makes of each value of a repeatable option, in their order. */
    <T> List<T> list(Option option, Function<String, T> parser) throws UsageException {
        List<T> parsed = new ArrayList<>();
        for (String text : list(option)) {
            parsed.add(blaming(option, text, parser));
        }
        return parsed;
    }

    /** The values of a repeatable option in their order, perhaps none. */
    List<String> list(Option option) {
        List<String> all = new ArrayList<>();
        if (values.get(option) instanceof List<?> list) {
            for (Object text : list) {
                all.add((String) text);
            }
        }
        return all;
    }
}
