package io.linksocks.cli;

import java.util.List;
import java.util.Map;

/** Values of options in JSON, where each type has one form. */
final class JsonValue {
    private JsonValue() {}

    /**
     * @return what the option's type makes of the same value on a command line
     * @throws UsageException whose phrase says what is wrong
     */
    static Object read(Option option, Object json) throws UsageException {
        return switch (option.type()) {
            case ValueType.Switch type -> json instanceof Boolean ? json : refuse(option, "true or false", json);
            case ValueType.Count type -> number(option, json);
            case ValueType.Whole type -> number(option, json);
            case ValueType.Text type -> text(option, json, null);
            case ValueType.Choice type -> text(option, json, null);
            case ValueType.Size type -> json instanceof Long ? number(option, json) : text(option, json, null);
            case ValueType.Period type -> text(option, json, null);
            case ValueType.PeriodRange type -> text(option, json, null);
            case ValueType.TextList type -> json instanceof List<?> list ? texts(option, list) : text(option, json, null);
        };
    }

    private static Object number(Option option, Object json) throws UsageException {
        return json instanceof Long number
                ? option.read(option.spelled(), number.toString(), null)
                : refuse(option, "a whole number", json);
    }

    private static Object text(Option option, Object json, Object earlier) throws UsageException {
        if (!(json instanceof String text)) {
            return refuse(option, option.type() instanceof ValueType.TextList ? "a string or an array of strings" : "a string", json);
        }
        if (text.isEmpty()) {
            throw wrong(option, "is empty; leave it out instead");
        }
        return option.read(option.spelled(), text, earlier);
    }

    private static Object texts(Option option, List<?> list) throws UsageException {
        Object all = null;
        for (Object element : list) {
            all = text(option, element, all);
        }
        if (all == null) {
            throw wrong(option, "is empty; leave it out instead");
        }
        return all;
    }

    private static Object refuse(Option option, String wanted, Object json) throws UsageException {
        throw wrong(option, "must be " + wanted + ", not " + kind(json));
    }

    private static UsageException wrong(Option option, String phrase) {
        return new UsageException(option, option.spelled(), phrase);
    }

    private static String kind(Object json) {
        return switch (json) {
            case null -> "null";
            case String text -> "a string";
            case Long number -> "a number";
            case Double number -> "a number with a fraction or an exponent";
            case Boolean truth -> truth.toString();
            case Map<?, ?> object -> "an object";
            default -> "an array";
        };
    }
}
