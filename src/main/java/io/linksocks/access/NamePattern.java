package io.linksocks.access;

import java.net.IDN;
import java.util.Locale;

/** A domain name, or all names below one: {@code example.com}, {@code *.example.com}. */
final class NamePattern {
    private static final String BELOW = "*.";
    private static final int MAX_NAME = 253;
    /** Label separators (RFC 3490, section 3.1). */
    private static final String DOTS = ".\u3002\uff0e\uff61";

    private final String name;
    private final boolean below;

    private NamePattern(String name, boolean below) {
        this.name = name;
        this.below = below;
    }

    static NamePattern parse(String text) {
        boolean below = text.startsWith(BELOW);
        String name = normal(below ? text.substring(BELOW.length()) : text);
        if (name.isEmpty() || name.length() > MAX_NAME || name.startsWith(".")
                || !name.chars().allMatch(NamePattern::mayBeInName)) {
            throw new IllegalArgumentException("\"" + text + "\" is neither an address, network or range of addresses"
                    + " nor a domain name or *.domain");
        }
        return new NamePattern(name, below);
    }

    private static boolean mayBeInName(int c) {
        return c == '.' || c == '-' || c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    /** Normalizes case, trailing dots and letters outside ASCII. */
    static String normal(String name) {
        String bare = withoutDots(name);
        return (bare.chars().allMatch(c -> c < 0x80) ? bare : ascii(bare)).toLowerCase(Locale.ROOT);
    }

    private static String withoutDots(String name) {
        int end = name.length();
        while (end > 0 && DOTS.indexOf(name.charAt(end - 1)) >= 0) {
            end--;
        }
        return name.substring(0, end);
    }

    /** Returns names unchanged that IDNA refuses, or that are too long: on those Java's encoder fails in other ways. */
    private static String ascii(String name) {
        if (name.length() > MAX_NAME) {
            return name;
        }
        try {
            return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /** @param normal as {@link #normal} makes it */
    boolean matches(String normal) {
        return below ? normal.length() > name.length() && normal.endsWith(name)
                && normal.charAt(normal.length() - name.length() - 1) == '.' : normal.equals(name);
    }
}
