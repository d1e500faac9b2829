package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.proxy.PortForward;
import io.linksocks.util.Bounds;
import java.util.List;
import java.util.Objects;

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
 * @param forwards ports that open with the SOCKS port, each for one target: {@code [udp/][address:]port:host:port[,proxy=v2]},
 *     as after {@code ssh -R}, on loopback when there is no address; with {@code ,proxy=v2} the target first gets a header of
 *     the PROXY protocol with the addresses of the accepted connection
 */
public record ReverseTokenOptions(String token, int port, String username, String password, boolean connectorAutonomy,
        AccessRules accessRules, List<String> forwards) {
    /** A random token, a free port without a password, no autonomy, no forwards. */
    public static final ReverseTokenOptions DEFAULT = builder().build();

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when the port is out of range, username or password is missing, or a forward is
     *     malformed
     */
    public ReverseTokenOptions {
        Bounds.port("port", port);
        if ((username == null) != (password == null)) {
            throw new IllegalArgumentException("username and password must be set together");
        }
        forwards = List.copyOf(forwards);
        forwards.forEach(PortForward::parse);
    }

    /**
     * Returns a builder with the values of {@link #DEFAULT}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder with these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder().token(token).port(port).credentials(username, password).connectorAutonomy(connectorAutonomy)
                .accessRules(accessRules).forwards(forwards);
    }

    List<PortForward> portForwards() {
        return forwards.stream().map(PortForward::parse).toList();
    }

    /** Without the secrets, which must not reach a log. */
    @Override
    public String toString() {
        return "ReverseTokenOptions[port=" + port + ", connectorAutonomy=" + connectorAutonomy + "]";
    }

    /** Collects the options of a reverse token. */
    public static final class Builder {
        private String token;
        private int port;
        private String username;
        private String password;
        private boolean connectorAutonomy;
        private AccessRules accessRules = AccessRules.NONE;
        private List<String> forwards = List.of();

        private Builder() {}

        /**
         * Sets the token.
         *
         * @param value null, the default, for 32 random hexadecimal digits
         * @return this builder
         */
        public Builder token(String value) {
            token = value;
            return this;
        }

        /**
         * Sets the number of its SOCKS port.
         *
         * @param number 0 to 65535; 0, the default, takes a free one between 1024 and 10240
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder port(int number) {
            port = Bounds.port("port", number);
            return this;
        }

        /**
         * Sets the login of SOCKS clients (RFC 1929).
         *
         * @param name null, the default, for none, together with the password
         * @param secret the password
         * @return this builder
         */
        public Builder credentials(String name, String secret) {
            username = name;
            password = secret;
            return this;
        }

        /**
         * Sets whether each provider manages its own connector tokens.
         *
         * @param value false by default
         * @return this builder
         */
        public Builder connectorAutonomy(boolean value) {
            connectorAutonomy = value;
            return this;
        }

        /**
         * Sets the targets that its SOCKS clients and connectors may reach.
         *
         * @param rules {@link AccessRules#NONE}, the default, for those of the server
         * @return this builder
         */
        public Builder accessRules(AccessRules rules) {
            accessRules = Objects.requireNonNull(rules, "accessRules");
            return this;
        }

        /**
         * Sets ports that open with the SOCKS port, each for one target.
         *
         * @param texts copied; {@code [udp/][address:]port:host:port[,proxy=v2]}
         * @return this builder
         * @throws IllegalArgumentException when one is malformed
         */
        public Builder forwards(List<String> texts) {
            texts.forEach(PortForward::parse);
            forwards = List.copyOf(texts);
            return this;
        }

        /**
         * Creates the options.
         *
         * @return new options
         * @throws IllegalArgumentException when user name or password is missing
         */
        public ReverseTokenOptions build() {
            return new ReverseTokenOptions(token, port, username, password, connectorAutonomy, accessRules, forwards);
        }
    }
}
