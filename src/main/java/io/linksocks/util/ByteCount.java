package io.linksocks.util;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them. */
public final class ByteCount {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(?:([kmgt])(?:ib)?)?");
    private static final int SHIFT = 10;

    private ByteCount() {}

    /**
     * Parses a whole number with or without a unit: {@code 65536}, {@code 64KiB}, {@code 1M}, {@code 10g}. A unit is a power of
     * 1024.
     *
     * @throws IllegalArgumentException when the text is something else
     */
    public static long parse(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new IllegalArgumentException("expected a size like 65536, 64KiB or 1MiB");
        }
        int power = form.group(2) == null ? 0 : "kmgt".indexOf(form.group(2)) + 1;
        return shift(Long.parseLong(form.group(1)), SHIFT * power);
    }

    private static long shift(long number, int bits) {
        if (number > Long.MAX_VALUE >> bits) {
            throw new IllegalArgumentException("expected a size below 8388608TiB");
        }
        return number << bits;
    }
}
