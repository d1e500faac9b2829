package io.linksocks.util;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A host and a port, as in messages: the host is a domain name, which is not resolved, or an address literal without brackets.
 *
 * @param host a name or an IPv4 or IPv6 literal
 * @param port 0 to 65535
 */
public record Endpoint(String host, int port) {
    public Endpoint {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    public static Endpoint of(InetAddress address, int port) {
        return new Endpoint(IpLiteral.format(address), port);
    }

    public static Endpoint of(InetSocketAddress address) {
        return of(address.getAddress(), address.getPort());
    }

    /**
     * Whether {@link InetAddress#getByName} takes the host for an address, perhaps with a zone, and looks nothing up: text with
     * a colon that starts like an IPv6 address, or an IPv4 address.
     */
    public boolean isLiteral() {
        return host.indexOf(':') >= 0 ? isIpv6Start(host.charAt(0)) : IpLiteral.address(host) != null;
    }

    private static boolean isIpv6Start(char c) {
        return c == ':' || c < 0x80 && Character.digit(c, 16) >= 0;
    }

    /** {@code host:port}, with brackets around an IPv6 literal, which is canonical then. */
    @Override
    public String toString() {
        String shown = IpLiteral.canonical(host);
        return shown.indexOf(':') >= 0 ? "[" + shown + "]:" + port : shown + ":" + port;
    }
}
