package io.linksocks.access;

import java.util.List;

/** Destinations that are refused, by address or by requested name. */
public final class DenyRule {
    private final AccessRule addresses;
    /** Null when the rule is about addresses. */
    private final NamePattern name;

    private DenyRule(AccessRule addresses, NamePattern name) {
        this.addresses = addresses;
        this.name = name;
    }

    /**
     * Reads what {@link AccessRule#parse} reads, or a domain name or {@code *.domain} in place of the address; a name may
     * stand without a colon, for any port.
     *
     * @param text such as {@code *.example.com} or {@code 10.0.0.0/8:}
     * @return the rule
     * @throws IllegalArgumentException for anything else
     */
    public static DenyRule parse(String text) {
        RuleText parts = RuleText.parse(text.indexOf(':') < 0 && isName(text) ? text + ":" : text);
        return parts.bracketed() || !isName(parts.address())
                ? new DenyRule(new AccessRule(parts.addresses(), parts.ports()), null)
                : new DenyRule(new AccessRule(List.of(), parts.ports()), NamePattern.parse(parts.address()));
    }

    /** A name has a character other than digits and separators (RFC 3696, section 2). */
    private static boolean isName(String text) {
        return text.chars().anyMatch(c -> (c < '0' || c > '9') && c != '.' && c != '-' && c != '/');
    }

    boolean matches(byte[] address, int port) {
        return name == null && addresses.matches(address, port);
    }

    /** Whether a name is refused whatever address it has. */
    boolean matchesName(String normal, int port) {
        return addresses.matchesPort(port)
                && (name == null ? addresses.matchesAnyAddress() : name.matches(normal));
    }

    /** Whether the address of a name decides if it is refused. */
    boolean looksAtAddress(int port) {
        return name == null && !addresses.matchesAnyAddress() && addresses.matchesPort(port);
    }
}
