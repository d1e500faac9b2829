package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.proxy.PortForward;
import java.util.List;

/**
 * How a reverse token shall be.
 *
 * @param token null for one made of 32 random hexadecimal digits
 * @param port the SOCKS port; 0 for a free one between 1024 and 10240
 * @param username what SOCKS clients must present together with the password (RFC 1929); null when nothing
 * @param password see {@code username}
 * @param accessRules where its SOCKS clients and its connectors may go, the rules of the server when empty
 * @param connectorAutonomy whether every provider adds and removes connector tokens of its own, instead of all providers
 *     sharing a SOCKS port and the connector tokens of the server; port, username, password and forwards mean nothing then
 * @param forwards ports that open with the SOCKS port and lead to one target each: {@code [udp/][address:]port:host:port}, as
 *     after {@code ssh -R}, on loopback when there is no address
 */
public record ReverseTokenOptions(String token, int port, String username, String password, boolean connectorAutonomy,
        AccessRules accessRules, List<String> forwards) {
    /** A random token, a free port without a password, no autonomy, no forwards. */
    public static final ReverseTokenOptions DEFAULT = new ReverseTokenOptions(null, 0, null, null, false,
            AccessRules.NONE, List.of());

    /**
     * Checks what belongs together.
     *
     * @throws IllegalArgumentException when the port is none, only half a login is given, or a forward can't be read
     */
    public ReverseTokenOptions {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException("username and password need each other");
        }
        forwards = List.copyOf(forwards);
        forwards.forEach(PortForward::parse);
    }

    /**
     * The same with another token.
     *
     * @param value null for a random one
     * @return new options
     */
    public ReverseTokenOptions withToken(String value) {
        return new ReverseTokenOptions(value, port, username, password, connectorAutonomy, accessRules, forwards);
    }

    /**
     * The same with another SOCKS port.
     *
     * @param number 0 for a free one
     * @return new options
     */
    public ReverseTokenOptions withPort(int number) {
        return new ReverseTokenOptions(token, number, username, password, connectorAutonomy, accessRules, forwards);
    }

    /**
     * The same with another login at its SOCKS port.
     *
     * @param name null for none, as the next
     * @param secret the password
     * @return new options
     */
    public ReverseTokenOptions withCredentials(String name, String secret) {
        return new ReverseTokenOptions(token, port, name, secret, connectorAutonomy, accessRules, forwards);
    }

    /**
     * The same with another choice about connector tokens.
     *
     * @param value true leaves them to its providers
     * @return new options
     */
    public ReverseTokenOptions withConnectorAutonomy(boolean value) {
        return new ReverseTokenOptions(token, port, username, password, value, accessRules, forwards);
    }

    /**
     * The same with another rules.
     *
     * @param rules {@link AccessRules#NONE} for those of the server
     * @return new options
     */
    public ReverseTokenOptions withAccessRules(AccessRules rules) {
        return new ReverseTokenOptions(token, port, username, password, connectorAutonomy, rules, forwards);
    }

    /**
     * The same with other ports that lead to one target each.
     *
     * @param texts copied; see {@code forwards}
     * @return new options
     * @throws IllegalArgumentException when one can't be read
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
