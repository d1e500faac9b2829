package io.linksocks.cluster;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The marker of the cluster that the tokens here belong to. Its first server has written it to etcd, sealed with the key of the
 * cluster, so a cluster that was begun anew has another, and one of strangers can't be opened.
 */
final class ClusterMarker {
    private final String cluster;
    private final Sealer sealer;
    private final EtcdClient client;
    /** Null while unknown; set by the thread that loads. */
    private volatile byte[] known;

    /** @param cluster its name */
    ClusterMarker(String cluster, Sealer sealer, EtcdClient client) {
        this.cluster = cluster;
        this.sealer = sealer;
        this.client = client;
    }

    /** The cluster at etcd has this name but another key. */
    static final class ForeignClusterException extends IOException {
        private static final long serialVersionUID = 1L;

        ForeignClusterException(String message) {
            super(message);
        }
    }

    /** Learns the marker from the cache, if it is there. */
    void recall(List<EtcdClient.Entry> cached) {
        known = in(cached);
    }

    /** Adds the marker to the entries for the cache, if it is known. */
    void addTo(List<EtcdClient.Entry> entries) {
        byte[] present = known;
        if (present != null) {
            entries.add(new EtcdClient.Entry(sealer.markerKey(), present, 0));
        }
    }

    /**
     * Checks that etcd has the cluster of the tokens here, and begins it if there never was one.
     *
     * @param snapshot of what etcd has
     * @param first whether this server only starts
     * @param inUse whether it has tokens, be it in its cache: nobody has removed those
     * @throws ForeignClusterException when the cluster was made with another key
     * @throws IOException also when etcd has lost the cluster, or has another one
     */
    void check(EtcdClient.Snapshot snapshot, boolean first, boolean inUse) throws IOException {
        byte[] found = in(snapshot.entries());
        if (found == null) {
            found = begin(inUse || first && isKnown(snapshot));
        }
        if (!opens(sealer.markerKey(), found)) {
            throw new ForeignClusterException("cluster " + cluster + " at etcd was made with another key;"
                    + " use the same key at all servers, or another name");
        }
        if (inUse && known != null && !Arrays.equals(known, found)) {
            throw new IOException("etcd has lost cluster " + cluster + " and has another of that name; restore its data,"
                    + " or restart this server without its cache to join the other");
        }
        known = found;
    }

    /** Null for none. */
    private byte[] in(List<EtcdClient.Entry> entries) {
        return entries.stream().filter(entry -> entry.key().equals(sealer.markerKey())).findFirst()
                .map(EtcdClient.Entry::value).orElse(null);
    }

    /**
     * Begins a cluster.
     *
     * @param lost whether there was one
     * @return its marker
     */
    private byte[] begin(boolean lost) throws IOException {
        if (lost) {
            throw new IOException("etcd has lost cluster " + cluster + "; restore its data, or stop all servers,"
                    + " and start them without their caches");
        }
        byte[] own = sealer.marker();
        EtcdClient.Outcome outcome = client.create(sealer.markerKey(), own);
        return outcome.present() == null ? own : outcome.present().value();
    }

    /** Whether other servers have seen a cluster that has no marker. */
    private boolean isKnown(EtcdClient.Snapshot snapshot) {
        return snapshot.entries().stream().anyMatch(entry -> opens(entry.key(), entry.value()));
    }

    private boolean opens(String entry, byte[] value) {
        try {
            sealer.open(entry, value);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
