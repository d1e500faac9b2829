package io.linksocks.server;

import io.linksocks.cluster.Directory;
import java.net.URI;

/** Opens clusters without etcd to tests of other packages. */
public final class ClusterAccess {
    private ClusterAccess() {}

    public static ClusterSettings settings(Directory directory, URI nodeUrl) {
        return ClusterSettings.builder(() -> directory).nodeUrl(nodeUrl).build();
    }
}
