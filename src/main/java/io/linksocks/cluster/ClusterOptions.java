package io.linksocks.cluster;

import io.linksocks.util.Authority;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a server takes part in a cluster.
 *
 * @param endpoints of etcd, with TLS for {@code https}
 * @param name of the cluster
 * @param key file with its secret
 * @param authorities PEM file of certificates to trust, at etcd and other servers; null for the platform's
 * @param user log-in at etcd; null for none
 * @param passwordFile of that user
 * @param cache file for a start without etcd; null for none
 */
public record ClusterOptions(List<URI> endpoints, String name, Path key, Path authorities, String user, Path passwordFile,
        Path cache) {
    private static final String FORM = "etcd://HOST:PORT[,HOST:PORT...]/NAME";
    private static final Pattern ADDRESS = Pattern.compile("(etcd|https)://([^/]+)/([A-Za-z0-9._-]{1,64})");
    private static final int ETCD_PORT = 2379;

    /**
     * Reads the address of a cluster.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static ClusterOptions of(String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw new IllegalArgumentException("it has the form " + FORM
                    + ", where NAME has letters, digits, dots and dashes; with https:// in place of etcd:// it means TLS");
        }
        String scheme = parts.group(1).equals("etcd") ? "http" : "https";
        List<URI> endpoints = Stream.of(parts.group(2).split(",", -1)).map(text -> endpoint(scheme, text)).toList();
        return new ClusterOptions(endpoints, parts.group(3), null, null, null, null, null);
    }

    private static URI endpoint(String scheme, String text) {
        Authority authority = Authority.parse(text);
        if (authority.user() != null) {
            throw new IllegalArgumentException("a user is given by an option of its own");
        }
        return URI.create(scheme + "://" + authority.endpoint(ETCD_PORT));
    }

    public ClusterOptions withKey(Path file) {
        return new ClusterOptions(endpoints, name, file, authorities, user, passwordFile, cache);
    }

    public ClusterOptions withAuthorities(Path file) {
        return new ClusterOptions(endpoints, name, key, file, user, passwordFile, cache);
    }

    public ClusterOptions withLogin(String login, Path password) {
        return new ClusterOptions(endpoints, name, key, authorities, login, password, cache);
    }

    public ClusterOptions withCache(Path file) {
        return new ClusterOptions(endpoints, name, key, authorities, user, passwordFile, file);
    }
}
