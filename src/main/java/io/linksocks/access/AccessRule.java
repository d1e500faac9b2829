package io.linksocks.access;

import java.util.List;

/**
 * Destinations that are allowed: these addresses at these ports.
 *
 * @param addresses none for any address
 * @param ports none for any port
 */
public record AccessRule(List<AddressRange> addresses, List<PortRange> ports) {
    /** Copies the lists. */
    public AccessRule {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /**
     * Reads {@code ADDR:PORT} as {@link AddressRange#parse} and {@link PortRange#parse} do; an IPv6 address or range has
     * brackets around it, and an empty part means any.
     *
     * @param text such as {@code 192.168.1.0/24:22}
     * @return the rule
     * @throws IllegalArgumentException for anything else
     */
    public static AccessRule parse(String text) {
        RuleText parts = RuleText.parse(text);
        return new AccessRule(parts.addresses(), parts.ports());
    }

    boolean matches(byte[] address, int port) {
        return matchesPort(port) && (matchesAnyAddress() || addresses.stream().anyMatch(range -> range.contains(address)));
    }

    boolean matchesPort(int port) {
        return ports.isEmpty() || ports.stream().anyMatch(range -> range.contains(port));
    }

    boolean matchesAnyAddress() {
        return addresses.isEmpty();
    }
}
