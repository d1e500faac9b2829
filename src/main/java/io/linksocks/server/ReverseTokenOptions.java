package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.proxy.PortForward;
import java.util.List;

/**
 * Options of a reverse token.
 *
 * @param token null for 32 random hexadecimal digits
 * @param port the SOCKS port; 0 for a free one between 1024 and 10240
 * @param username login of SOCKS clients, together with the password (RFC 1929); null for none
 * @param password see {@code username}
 * @param accessRules targets that its SOCKS clients and connectors may reach; empty for the rules of the server
 * @param connectorAutonomy whether each provider adds and removes its own connector tokens, instead of all providers sharing a
 *     SOCKS port and the connector tokens of the server; port, username, password and forwards are ignored then
 * @param forwards ports that open with the SOCKS port, each for one target: {@code [udp/][address:]port:host:port}, as
 *     after {@code ssh -R}, on loopback when there is no address
 */
public record ReverseTokenOptions(String token, int port, String username, String password, boolean connectorAutonomy,
        AccessRules accessRules, List<String> forwards) {
    /** A random token, a free port without a password, no autonomy, no forwards. */
    public static final ReverseTokenOptions DEFAULT = new ReverseTokenOptions(null, 0, null, null, false,
            AccessRules.NONE, List.of());

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when the port is out of range, username or password is missing, or a forward is
     *     malformed
     */
    public ReverseTokenOptions {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException("username and password must be set together");
        }
        forwards = List.copyOf(forwards);
        forwards.forEach(PortForward::parse);
    }

    /**
     * Returns a copy with another token.
     *
     * @param value null for a random one
     * @return new options
     */
    public ReverseTokenOptions withToken(String value) {
        return new ReverseTokenOptions(value, port, username, password, connectorAutonomy, accessRules, forwards);
    }

    /**
     * Returns a copy with another SOCKS port.
     *
     * @param number 0 for a free one
     * @return new options
     */
    public ReverseTokenOptions withPort(int number) {
        return new ReverseTokenOptions(token, number, username, password, connectorAutonomy, accessRules, forwards);
    }

    /**
     * Returns a copy with another login at its SOCKS port.
     *
     * @param name null for none, together with the password
     * @param secret the password
     * @return new options
     */
    public ReverseTokenOptions withCredentials(String name, String secret) {
        return new ReverseTokenOptions(token, port, name, secret, connectorAutonomy, accessRules, forwards);
    }

    /**
     * Returns a copy with or without connector autonomy.
     *
     * @param value true when providers manage their own connector tokens
     * @return new options
     */
    public ReverseTokenOptions withConnectorAutonomy(boolean value) {
        return new ReverseTokenOptions(token, port, username, password, value, accessRules, forwards);
    }

    /**
     * Returns a copy with other access rules.
     *
     * @param rules {@link AccessRules#NONE} for those of the server
     * @return new options
     */
    public ReverseTokenOptions withAccessRules(AccessRules rules) {
        return new ReverseTokenOptions(token, port, username, password, connectorAutonomy, rules, forwards);
    }

    /**
     * Returns a copy with other forwards.
     *
     * @param texts copied; see {@code forwards}
     * @return new options
     * @throws IllegalArgumentException when one is malformed
     */
    public ReverseTokenOptions withForwards(List<String> texts) {
        return new ReverseTokenOptions(token, port, username, password, connectorAutonomy, accessRules, texts);
    }

    List<PortForward> portForwards() {
        return forwards.stream().map(PortForward::parse).toList();
    }

    /** Without the secrets, which must not reach a log. */
    @Override
    public String toString() {
        return "ReverseTokenOptions[port=" + port + ", connectorAutonomy=" + connectorAutonomy + "]";
    }
}
