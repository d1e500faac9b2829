package io.linksocks.server;

import io.linksocks.access.AccessRules;

/**
 * How a reverse token shall be.
 *
 * @param token null for one made of 32 random hexadecimal digits
 * @param port the SOCKS port; 0 for a free one between 1024 and 10240
 * @param username what SOCKS clients must present together with {@code password} (RFC 1929); null when nothing
 * @param accessRules where its SOCKS clients and its connectors may go, the rules of the server when empty
 * @param connectorAutonomy whether every provider adds and removes connector tokens of its own, instead of all providers
 *     sharing a SOCKS port and the connector tokens of the server; port, username and password mean nothing then
 */
public record ReverseTokenOptions(String token, int port, String username, String password, boolean connectorAutonomy,
        AccessRules accessRules) {
    /** A random token, a free port without a password, no autonomy. */
    public static final ReverseTokenOptions DEFAULT = new ReverseTokenOptions(null, 0, null, null, false,
            AccessRules.NONE);

    public ReverseTokenOptions {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException("username and password need each other");
        }
    }

    public ReverseTokenOptions withToken(String value) {
        return new ReverseTokenOptions(value, port, username, password, connectorAutonomy, accessRules);
    }

    public ReverseTokenOptions withPort(int number) {
        return new ReverseTokenOptions(token, number, username, password, connectorAutonomy, accessRules);
    }

    public ReverseTokenOptions withCredentials(String name, String secret) {
        return new ReverseTokenOptions(token, port, name, secret, connectorAutonomy, accessRules);
    }

    public ReverseTokenOptions withConnectorAutonomy(boolean value) {
        return new ReverseTokenOptions(token, port, username, password, value, accessRules);
    }

    public ReverseTokenOptions withAccessRules(AccessRules rules) {
        return new ReverseTokenOptions(token, port, username, password, connectorAutonomy, rules);
    }

    /** Without the secrets, which must not reach a log. */
    @Override
    public String toString() {
        return "ReverseTokenOptions[port=" + port + ", connectorAutonomy=" + connectorAutonomy + "]";
    }
}
