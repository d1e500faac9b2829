package io.linksocks.cli;

import java.net.InetSocketAddress;

/** Where to listen, as {@code [HOST:]PORT}. */
final class PortText {
    private static final int MAX_PORT = 0xFFFF;

    private PortText() {}

    /**
     * @param host when none is given
     * @throws IllegalArgumentException that says what would do
     */
    static InetSocketAddress parse(String text, String host) {
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        String given = colon < 0 ? host : unbracketed(text.substring(0, colon));
        if (given.isEmpty() || !digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > MAX_PORT) {
            throw new IllegalArgumentException(OneLine.quote(text)
                    + " is no address to listen on; write it like 9100, 127.0.0.1:9100 or [::1]:9100");
        }
        return new InetSocketAddress(given, Integer.parseInt(digits));
    }

    /** Without brackets, the last part of an IPv6 address would be taken for the port. */
    private static String unbracketed(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            return host.substring(1, host.length() - 1);
        }
        return host.indexOf(':') < 0 ? host : "";
    }
}
