package io.linksocks.cli;

import io.linksocks.seal.SealedToken;
import io.linksocks.util.ByteCount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What the value of an option looks like, and how to read it. */
sealed interface ValueType {
    /** The length of a token, SOCKS user name or password is one byte on the wire (RFC 1929, section 2). */
    int MAX_CREDENTIAL = 255;
    /** Far more than a URL needs. */
    int MAX_TEXT = 8192;

    /**
     * Reads one occurrence of the option.
     *
     * @param text    the value as written; null when the flag stands alone, which takes {@link #needsValue} to be false
     * @param earlier the value of the occurrences before this one, or null at the first
     * @throws UsageException with a phrase that continues "the value ..."
     */
    Object read(String text, Object earlier) throws UsageException;

    /** Whether the flag takes the next argument when no value is attached to it. */
    default boolean needsValue() {
        return true;
    }

    /** The occurrences in a variable, which has nothing else around them; at least one. */
    default List<String> split(String text) {
        return List.of(text);
    }

    private static <T extends Comparable<T>> T inRange(T value, T min, T max, Function<T, String> format)
            throws UsageException {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new UsageException("is not between " + format.apply(min) + " and " + format.apply(max));
        }
        return value;
    }

    /** On or off; a lone flag means on. Value: {@link Boolean}. */
    record Switch() implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            return text == null || switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "t", "1", "yes", "y", "on" -> true;
                case "false", "f", "0", "no", "n", "off" -> false;
                default -> throw new UsageException("is neither true nor false");
            };
        }

        @Override
        public boolean needsValue() {
            return false;
        }
    }

    /** How often a flag was given. Value: {@link Integer}. */
    record Count() implements ValueType {
        private static final int MAX = 9;

        @Override
        public Object read(String text, Object earlier) throws UsageException {
            if (text != null) {
                return new Whole(0, MAX).read(text, null);
            }
            return Math.min(MAX, earlier == null ? 1 : (Integer) earlier + 1);
        }

        @Override
        public boolean needsValue() {
            return false;
        }
    }

    /** Free text, at most so many bytes of UTF-8. Value: {@link String}. */
    record Text(int maxBytes) implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
                throw new UsageException("is longer than " + maxBytes + " bytes");
            }
            return text;
        }
    }

    /** A token of an end, perhaps with a secret behind it. Value: {@link String}, as given. */
    record Token() implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            try {
                new Text(MAX_CREDENTIAL).read(SealedToken.parse(text).token(), null);
                return text;
            } catch (IllegalArgumentException e) {
                throw new UsageException("can't be used: " + e.getMessage());
            }
        }
    }

    /** A repeatable option. Value: a {@link List} of strings in the order given. */
    record TextList() implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            if (text.isEmpty()) {
                throw new UsageException("is empty");
            }
            List<Object> all = new ArrayList<>(earlier == null ? List.of() : (List<?>) earlier);
            all.add(new Text(MAX_TEXT).read(text, null));
            return all;
        }

        /** One a line. */
        @Override
        public List<String> split(String text) {
            return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        }
    }

    /** A whole number in a range. Value: {@link Integer}. */
    record Whole(int min, int max) implements ValueType {
        /** Java's parser takes the digits of every script. */
        private static final Pattern FORM = Pattern.compile("[+-]?[0-9]+");

        @Override
        public Object read(String text, Object earlier) throws UsageException {
            try {
                if (!FORM.matcher(text).matches()) {
                    throw new NumberFormatException();
                }
                return inRange(Integer.parseInt(text), min, max, String::valueOf);
            } catch (NumberFormatException e) {
                throw new UsageException("is not a whole number from " + min + " to " + max);
            }
        }
    }

    /** A number of bytes in a range, with or without a unit, or {@code off}. Value: {@link Integer}, 0 for off. */
    record Size(int min, int max) implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            if (text.equalsIgnoreCase("off")) {
                return 0;
            }
            try {
                return inRange(ByteCount.parse(text), (long) min, (long) max, String::valueOf).intValue();
            } catch (IllegalArgumentException e) {
                throw new UsageException("is neither off nor a size like 65536, 64KiB or 1MiB");
            }
        }
    }

    /** A length of time. Value: {@link Duration}. */
    record Period(Duration min, Duration max) implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            return inRange(Quantity.parseDuration(text), min, max, Quantity::duration);
        }
    }

    /** Two lengths of time, as in {@code 20ms-500ms}. Value: {@link Limits}. */
    record PeriodRange(Duration max) implements ValueType {
        record Limits(Duration min, Duration max) {}

        @Override
        public Object read(String text, Object earlier) throws UsageException {
            int dash = text.indexOf('-');
            if (dash < 0) {
                throw new UsageException("is not a range of time like 20ms-500ms");
            }
            Period bound = new Period(Duration.ZERO, max);
            Limits limits = new Limits((Duration) bound.read(text.substring(0, dash), null),
                    (Duration) bound.read(text.substring(dash + 1), null));
            if (limits.min().compareTo(limits.max()) > 0) {
                throw new UsageException("begins with the longer time; the nearest valid value is "
                        + Quantity.duration(limits.max()) + "-" + Quantity.duration(limits.min()));
            }
            return limits;
        }
    }

    /** One of a few words. Value: {@link String}. */
    record Choice(List<String> words) implements ValueType {
        @Override
        public Object read(String text, Object earlier) throws UsageException {
            String word = text.toLowerCase(Locale.ROOT);
            if (words.contains(word)) {
                return word;
            }
            throw new UsageException("is not one of " + String.join(", ", words) );
        }
    }
}
