package io.linksocks.cli;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port that a tunnel opens.
 *
 * @param option which chose its number
 * @param host   its address as the options have it
 * @param number 0 for any that is free
 */
record ListeningPort(Option option, String host, int number) {
    private static final Pattern FORM =
            Pattern.compile("(?:(?:\\[(?<ipv6>[^\\[\\]]+)]|(?<host>[^:\\[\\]]+)):)?(?<port>[0-9]{1,5})");
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 0xFFFF;

    /** The SOCKS5 port that these options ask for. */
    static ListeningPort socks(OptionValues values) {
        return new ListeningPort(CommonOptions.SOCKS_PORT, values.text(CommonOptions.SOCKS_HOST),
                values.number(CommonOptions.SOCKS_PORT));
    }

    /** The port for metrics, if these options ask for one. */
    static List<ListeningPort> metrics(OptionValues values) throws UsageException {
        InetSocketAddress address = CommonOptions.metrics(values);
        return address == null
                ? List.of()
                : List.of(new ListeningPort(CommonOptions.METRICS, address.getHostString(), address.getPort()));
    }

    /**
     * Parses {@code [HOST:]PORT}, where the host is 127.0.0.1 when missing.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static InetSocketAddress parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group("port")) > MAX_PORT) {
            throw new IllegalArgumentException(OneLine.quote(text)
                    + " is no address to listen on; write it like 9100, 127.0.0.1:9100 or [::1]:9100");
        }
        String host = parts.group("ipv6") == null ? parts.group("host") : parts.group("ipv6");
        return new InetSocketAddress(host == null ? LOOPBACK : host, Integer.parseInt(parts.group("port")));
    }

    /** Whether only one of the two can be open. */
    boolean excludes(ListeningPort other) {
        return number != 0 && number == other.number
                && (host.equals(other.host) || isWildcard(host) || isWildcard(other.host));
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }
}
