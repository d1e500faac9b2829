package io.linksocks.access;

import java.util.List;

/**
 * The parts of a rule {@code ADDR:PORT}; either may be empty, and the address may be in brackets.
 *
 * @param address without brackets
 * @param bracketed whether there were brackets
 * @param ports empty for any port
 */
record RuleText(String address, boolean bracketed, List<PortRange> ports) {
    /** A name of 253 characters, {@code *.}, brackets and a range of ports. */
    private static final int MAX_TEXT = 300;

    static RuleText parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw illegal(text.substring(0, MAX_TEXT) + "...");
        }
        boolean bracketed = text.startsWith("[");
        int end = bracketed ? text.indexOf(']') + 1 : text.indexOf(':');
        if (end <= 0 && bracketed || end < 0 || end >= text.length() || text.charAt(end) != ':') {
            throw illegal(text);
        }
        String port = text.substring(end + 1);
        if (port.indexOf(':') >= 0) {
            throw illegal(text);
        }
        return new RuleText(bracketed ? text.substring(1, end - 1) : text.substring(0, end), bracketed,
                port.isEmpty() ? List.of() : List.of(PortRange.parse(port)));
    }

    /** Empty for any address. */
    List<AddressRange> addresses() {
        return address.isEmpty() && !bracketed ? List.of() : List.of(AddressRange.parse(address));
    }

    private static IllegalArgumentException illegal(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not of the form ADDR:PORT"
                + (text.startsWith("[") ? "" : ", with brackets around an IPv6 address"));
    }
}
