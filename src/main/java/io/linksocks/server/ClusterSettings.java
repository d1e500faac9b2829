package io.linksocks.server;

import io.linksocks.cluster.ClusterOptions;
import io.linksocks.cluster.Directory;
import io.linksocks.cluster.EtcdDirectory;
import io.linksocks.tls.ClientTls;
import io.linksocks.util.Authority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/** How a server takes part in a cluster: where its directory is, and how other servers reach this one. Immutable. */
public final class ClusterSettings {
    private static final String ALL = "all";

    /** Opens a directory; a test has another one. */
    @FunctionalInterface
    interface Source {
        Directory open() throws IOException;
    }

    private final ClusterOptions options;
    private final URI nodeUrl;
    private final List<String> socksPortNodes;
    private final Source source;

    private ClusterSettings(Builder builder) {
        this.options = builder.options;
        this.nodeUrl = builder.nodeUrl;
        this.socksPortNodes = builder.socksPortNodes;
        this.source = builder.source;
    }

    /**
     * Returns a builder of settings without log-in and cache, with SOCKS ports at all servers. It needs the URL of the server.
     *
     * @param address {@code etcd://HOST:PORT[,HOST:PORT...]/NAME}, or {@code https://} in place of {@code etcd://} for TLS
     * @param keyFile with the secret of the cluster, at least 32 characters
     * @return a new builder
     * @throws IllegalArgumentException when the address is malformed
     */
    public static Builder builder(String address, Path keyFile) {
        return new Builder(ClusterOptions.of(address).withKey(Objects.requireNonNull(keyFile, "keyFile")), null);
    }

    /** For a directory of a test. */
    static Builder builder(Source source) {
        return new Builder(ClusterOptions.of("etcd://test/test"), source);
    }

    /** Collects the settings. */
    public static final class Builder {
        private final Source source;
        private ClusterOptions options;
        private URI nodeUrl;
        private List<String> socksPortNodes = List.of(ALL);

        private Builder(ClusterOptions options, Source source) {
            this.options = options;
            this.source = source;
        }

        /**
         * Sets the URL at which other servers reach this one.
         *
         * @param url {@code ws://host[:port]} or {@code wss://host[:port]}
         * @return this builder
         * @throws IllegalArgumentException when it is no such URL
         */
        public Builder nodeUrl(URI url) {
            if (!"ws".equals(url.getScheme()) && !"wss".equals(url.getScheme())) {
                throw new IllegalArgumentException("it has the form ws://HOST[:PORT] or wss://HOST[:PORT]");
            }
            Authority.of(url);
            nodeUrl = url;
            return this;
        }

        /**
         * Sets the certificates to trust, of etcd and of other servers.
         *
         * @param file in PEM form; null, the default, for what the platform trusts
         * @return this builder
         */
        public Builder authorities(Path file) {
            options = options.withAuthorities(file);
            return this;
        }

        /**
         * Sets the log-in at etcd.
         *
         * @param user its name there; null, the default, for none
         * @param passwordFile with the password
         * @return this builder
         */
        public Builder login(String user, Path passwordFile) {
            options = options.withLogin(user, passwordFile);
            return this;
        }

        /**
         * Sets the file with which the server can start without etcd.
         *
         * @param file where the tokens of the cluster are kept, sealed; null, the default, for none
         * @return this builder
         */
        public Builder cache(Path file) {
            options = options.withCache(file);
            return this;
        }

        /**
         * Sets the servers with SOCKS ports of the cluster's reverse tokens.
         *
         * @param hosts the hosts of their URLs; {@code all}, the default, for all servers
         * @return this builder
         */
        public Builder socksPortNodes(List<String> hosts) {
            socksPortNodes = List.copyOf(hosts);
            return this;
        }

        /**
         * Creates the settings.
         *
         * @return new settings
         * @throws IllegalStateException without the URL of the server
         */
        public ClusterSettings build() {
            if (nodeUrl == null) {
                throw new IllegalStateException("a server of a cluster needs nodeUrl(...), at which the others reach it");
            }
            return new ClusterSettings(this);
        }
    }

    Directory open() throws IOException {
        return source == null ? EtcdDirectory.of(options) : source.open();
    }

    /** For links to other servers; null for the platform's default. */
    SSLContext tls() throws IOException {
        return ClientTls.DEFAULT.withAuthorities(options.authorities()).context();
    }

    URI nodeUrl() {
        return nodeUrl;
    }

    /** Whether this server opens the SOCKS ports of the cluster's reverse tokens. */
    boolean opensPorts() {
        Authority own = Authority.of(nodeUrl);
        return socksPortNodes.contains(ALL) || socksPortNodes.contains(own.host()) || socksPortNodes.contains(own.toString());
    }
}
