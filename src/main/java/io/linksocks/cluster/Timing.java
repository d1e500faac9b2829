package io.linksocks.cluster;

import java.time.Duration;

/**
 * The times of a directory on etcd.
 *
 * @param attempt limit for one request at one endpoint
 * @param lease how long entries of a server outlive it
 * @param beat time between two writes of the own entry, which are expected back
 * @param silence without them, after which etcd counts as hung
 * @param absence how long the entries of a server must be gone until it counts as gone: etcd drops all leases when it comes
 *     back after a while, and servers renew theirs
 * @param retry time between two attempts to follow etcd
 * @param start how long a server tries to load etcd before it gives up
 */
record Timing(Duration attempt, Duration lease, Duration beat, Duration silence, Duration absence, Duration retry,
        Duration start) {
    static final Timing DEFAULT = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(2),
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(10));
}
