package io.linksocks.cli;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A port that a tunnel opens.
 *
 * @param option which chose its number
 * @param host   its address as the options have it
 * @param number 0 for any that is free
 */
record ListeningPort(Option option, String host, int number) {
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

    /** Whether only one of the two can be open. */
    boolean excludes(ListeningPort other) {
        return number != 0 && number == other.number
                && (host.equals(other.host) || isWildcard(host) || isWildcard(other.host));
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }
}
