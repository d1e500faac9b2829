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

    private ClusterSettings(ClusterOptions options, URI nodeUrl, List<String> socksPortNodes, Source source) {
        this.options = options;
        this.nodeUrl = nodeUrl;
        this.socksPortNodes = socksPortNodes;
        this.source = source;
    }

    /**
     * Returns settings without log-in and cache, with SOCKS ports at all servers. The URL of the server has to be added.
     *
     * @param address {@code etcd://HOST:PORT[,HOST:PORT...]/NAME}, or {@code https://} in place of {@code etcd://} for TLS
     * @param keyFile with the secret of the cluster, at least 32 characters
     * @return new settings
     * @throws IllegalArgumentException when the address is malformed
     */
    public static ClusterSettings of(String address, Path keyFile) {
        ClusterOptions options = ClusterOptions.of(address).withKey(Objects.requireNonNull(keyFile, "key file"));
        return new ClusterSettings(options, null, List.of(ALL), null);
    }

    /** In a directory of a test. */
    static ClusterSettings of(Source source) {
        return new ClusterSettings(ClusterOptions.of("etcd://test/test"), null, List.of(ALL), source);
    }

    /**
     * Returns a copy with the URL at which other servers reach this one.
     *
     * @param url {@code ws://host[:port]} or {@code wss://host[:port]}
     * @return new settings
     * @throws IllegalArgumentException when it is no such URL
     */
    public ClusterSettings withNodeUrl(URI url) {
        if (!"ws".equals(url.getScheme()) && !"wss".equals(url.getScheme())) {
            throw new IllegalArgumentException("it has the form ws://HOST[:PORT] or wss://HOST[:PORT]");
        }
        Authority.of(url);
        return new ClusterSettings(options, url, socksPortNodes, source);
    }

    /**
     * Returns a copy that trusts other certificates than the platform does, of etcd and of other servers.
     *
     * @param file certificates to trust, in PEM form
     * @return new settings
     */
    public ClusterSettings withAuthorities(Path file) {
        return new ClusterSettings(options.withAuthorities(file), nodeUrl, socksPortNodes, source);
    }

    /**
     * Returns a copy that logs in at etcd.
     *
     * @param user its name there
     * @param passwordFile with the password
     * @return new settings
     */
    public ClusterSettings withLogin(String user, Path passwordFile) {
        return new ClusterSettings(options.withLogin(user, passwordFile), nodeUrl, socksPortNodes, source);
    }

    /**
     * Returns a copy that can start without etcd.
     *
     * @param file where the tokens of the cluster are kept, sealed
     * @return new settings
     */
    public ClusterSettings withCache(Path file) {
        return new ClusterSettings(options.withCache(file), nodeUrl, socksPortNodes, source);
    }

    /**
     * Returns a copy with SOCKS ports of the cluster's reverse tokens at some servers only.
     *
     * @param hosts the hosts of their URLs, or {@code all}
     * @return new settings
     */
    public ClusterSettings withSocksPortNodes(List<String> hosts) {
        return new ClusterSettings(options, nodeUrl, List.copyOf(hosts), source);
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
