package io.linksocks.util;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A host and a port as they travel in messages: the host is a domain name or an address literal without brackets and is
 * not resolved here.
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
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        return new Endpoint(scope < 0 ? host : host.substring(0, scope), port);
    }

    public static Endpoint of(InetSocketAddress address) {
        return of(address.getAddress(), address.getPort());
    }

    /**
     * Whether the host needs no look-up. Every IPv6 literal has a colon and no name has one, but Java looks up even what has
     * one unless it begins like a literal.
     */
    public boolean isLiteral() {
        return host.indexOf(':') >= 0 ? isIpv6Start(host.charAt(0)) : isIpv4(host);
    }

    private static boolean isIpv6Start(char c) {
        return c == ':' || c < 0x80 && Character.digit(c, 16) >= 0;
    }

    private static boolean isIpv4(String host) {
        int dots = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                if (digits == 0) {
                    return false;
                }
                dots++;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9') {
                value = value * 10 + c - '0';
                if (++digits > 3 || value > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return dots == 3 && digits > 0;
    }

    /** {@code host:port}, with brackets around an IPv6 literal. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
