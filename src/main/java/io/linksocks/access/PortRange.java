package io.linksocks.access;

/**
 * A range of ports, both ends included.
 *
 * @param first 0 to 65535
 * @param last the same, and not below {@code first}
 */
public record PortRange(int first, int last) {
    private static final int MAX_PORT = 0xFFFF;
    private static final int MAX_DIGITS = 5;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException when they are no range of ports
     */
    public PortRange {
        if (first < 0 || last > MAX_PORT || first > last) {
            throw illegal(first == last ? Integer.toString(first) : first + "-" + last);
        }
    }

    /**
     * Reads {@code 22} or {@code 8000-9000}.
     *
     * @param text one port or two
     * @return the range
     * @throws IllegalArgumentException when the text is something else
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-');
        String first = dash < 0 ? text : text.substring(0, dash);
        String last = text.substring(dash + 1);
        if (!isNumber(first) || !isNumber(last)) {
            throw illegal(text);
        }
        return new PortRange(Integer.parseInt(first), Integer.parseInt(last));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static IllegalArgumentException illegal(String text) {
        return new IllegalArgumentException("\"" + text + "\" is no port from 0 to 65535 and no range of ports");
    }

    boolean contains(int port) {
        return first <= port && port <= last;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
