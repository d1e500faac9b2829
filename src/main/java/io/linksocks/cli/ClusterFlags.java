package io.linksocks.cli;

import io.linksocks.server.ClusterSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Options of a server that takes part in a cluster. */
final class ClusterFlags {
    static final Option CLUSTER = Option.text("cluster", "ADDRESS",
            "share tokens with other servers through etcd: etcd://HOST:PORT[,HOST:PORT...]/NAME, or https://... for TLS to etcd");
    private static final Option KEY = Option.text("cluster-key", "FILE",
            "secret of that cluster, at least 32 characters");
    static final Option NODE_URL = Option.text("node-url", "URL",
            "where other servers of the cluster reach this one: ws://HOST[:PORT] or wss://HOST[:PORT]");
    private static final Option CA = Option.text("cluster-ca", "FILE",
            "certificates to trust in place of the system's, of etcd at https:// and of servers at wss://, in PEM form");
    private static final Option USER = Option.text("cluster-user", "NAME", "user at etcd");
    private static final Option PASSWORD_FILE = Option.text("cluster-password-file", "FILE",
            "file with the password of that user");
    static final Option CACHE = Option.text("cluster-cache", "FILE",
            "keep the tokens of the cluster in this file, sealed, for a start without etcd");
    private static final Option SOCKS_PORT_NODES = Option.text("socks-port-nodes", "HOSTS",
            "servers of the cluster that open SOCKS5 ports: all, or hosts of their URLs, with commas between them").orElse("all");

    static final OptionTable TABLE =
            OptionTable.of(CLUSTER, KEY, NODE_URL, CA, USER, PASSWORD_FILE, CACHE, SOCKS_PORT_NODES);

    private ClusterFlags() {}

    /** Null without a cluster. */
    static ClusterSettings settings(OptionValues values) throws UsageException {
        if (!values.isGiven(CLUSTER)) {
            values.reportIgnored("there is no --cluster", TABLE.options());
            return null;
        }
        require(values, KEY);
        require(values, NODE_URL);
        checkAuthorities(values);
        Path key = values.file(KEY);
        ClusterSettings.Builder settings = values.parse(CLUSTER, address -> ClusterSettings.builder(address, key));
        values.parse(NODE_URL, url -> settings.nodeUrl(URI.create(url)));
        if (values.isGiven(USER) != values.isGiven(PASSWORD_FILE)) {
            throw new UsageException(USER.spelled() + " and " + PASSWORD_FILE.spelled() + " go together");
        }
        return settings.authorities(values.file(CA)).cache(values.file(CACHE))
                .login(values.text(USER), values.file(PASSWORD_FILE))
                .socksPortNodes(List.of(values.text(SOCKS_PORT_NODES).split(",", -1))).build();
    }

    /** Who gives certificates expects TLS, and a password may go to etcd in the clear without it. */
    private static void checkAuthorities(OptionValues values) throws UsageException {
        if (values.isGiven(CA) && !values.text(CLUSTER).startsWith("https:") && !values.text(NODE_URL).startsWith("wss:")) {
            throw new UsageException(CA.spelled() + " needs https:// in --cluster, or wss:// in " + NODE_URL.spelled());
        }
    }

    private static void require(OptionValues values, Option option) throws UsageException {
        if (!values.isGiven(option)) {
            throw new UsageException("--cluster needs " + option.spelled());
        }
    }
}
