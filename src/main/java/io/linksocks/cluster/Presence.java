package io.linksocks.cluster;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What a server shows the others for as long as it lives: its entry and the numbers of its providers. They have a lease, which
 * a thread keeps alive; when etcd has dropped it, the thread writes all of them again.
 */
final class Presence {
    /** Between two rounds without a change. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** No number of sessions: whether the last write has succeeded is not known. */
    private static final int UNKNOWN = -1;

    private static final System.Logger LOG = System.getLogger(Presence.class.getName());

    private final EtcdClient client;
    private final Sealer sealer;
    private final Health health;
    private final Timing timing;
    private final Runnable eachRound;
    private final Semaphore wake = new Semaphore(0);
    private final Map<GroupId, Integer> wanted = new ConcurrentHashMap<>();
    private volatile Node own;
    private volatile boolean closed;
    private Thread thread;

    /** What etcd has, as far as this server knows. */
    private final Map<GroupId, Integer> written = new ConcurrentHashMap<>();

    // Of the thread alone.
    private Node shown;
    private long lease;
    private long renewed;
    private long beaten;

    /** @param eachRound called about once a second */
    Presence(EtcdClient client, Sealer sealer, Health health, Timing timing, Runnable eachRound) {
        this.client = client;
        this.sealer = sealer;
        this.health = health;
        this.timing = timing;
        this.eachRound = eachRound;
    }

    void start() {
        thread = Threads.start("cluster presence", this::attend);
    }

    /** Shows a server; withdraws the one that is shown when null. */
    void show(Node node) {
        Node before = own;
        own = node;
        // Its progress while it drains can wait for the next round.
        if (before == null || node == null) {
            wake.release();
        }
    }

    Node own() {
        return own;
    }

    /** Shows how many providers of a group are here. */
    void show(GroupId group, int sessions) {
        wanted.put(group, sessions);
        wake.release();
    }

    /** Hears of the entry of a group, 0 for none. What has come back from a backup, or was removed, is written again. */
    void onProviders(GroupId group, int sessions) {
        if (wanted.getOrDefault(group, 0) != sessions) {
            wanted.putIfAbsent(group, 0);
            written.put(group, sessions);
            wake.release();
        }
    }

    private void attend() {
        while (!closed) {
            round();
            try {
                wake.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                break;
            }
            wake.drainPermits();
        }
        end();
    }

    private void round() {
        try {
            write();
            health.onWritten(null);
        } catch (EtcdException e) {
            if (e.isNotFound() && lease != 0) {
                // The next round gets another.
                lease = 0;
            } else {
                health.onWritten(e.getMessage());
            }
        } catch (IOException e) {
            health.onWritten(Reason.of(e));
            if (health.isHung()) {
                client.breakWatch();
            }
        } catch (RuntimeException e) {
            LOG.log(ERROR, "this server can't be shown to its cluster", e);
            health.onWritten(Reason.of(e));
        }
        eachRound.run();
    }

    private void write() throws IOException {
        Node node = own;
        if (node == null) {
            withdraw();
            return;
        }
        renew();
        long now = System.nanoTime();
        if (!node.equals(shown) || now - beaten >= timing.beat().toNanos()) {
            client.put(sealer.nodeKey(node.tag()), sealer.node(node), lease);
            shown = node;
            beaten = now;
        }
        for (Map.Entry<GroupId, Integer> count : wanted.entrySet()) {
            write(node, count.getKey(), count.getValue());
        }
        if (health.isHung()) {
            // It takes writes, and tells none of them.
            client.breakWatch();
        }
    }

    private void renew() throws IOException {
        long now = System.nanoTime();
        boolean due = now - renewed >= timing.lease().toNanos() / 3;
        if (lease == 0 || due && !client.keepAlive(lease)) {
            lease = client.grant(timing.lease());
            shown = null;
            written.clear();
            renewed = now;
        } else if (due) {
            renewed = now;
        }
    }

    private void write(Node node, GroupId group, int sessions) throws IOException {
        if (written.getOrDefault(group, 0) == sessions) {
            return;
        }
        // Before the write, because its event may come before its answer.
        written.put(group, sessions);
        try {
            String key = sealer.providerKey(group.hash(), group.group(), node.tag());
            client.put(key, sealer.providers(group.hash(), group.group(), node.tag(), sessions), lease);
            if (sessions == 0) {
                // What is only missing counts for a while.
                client.delete(key);
                written.remove(group);
                wanted.remove(group, 0);
            }
        } catch (IOException e) {
            written.put(group, UNKNOWN);
            throw e;
        }
    }

    private void withdraw() throws IOException {
        if (lease != 0) {
            client.revoke(lease);
            lease = 0;
            shown = null;
            written.clear();
        }
    }

    private void end() {
        try {
            Node node = own;
            if (node != null && lease != 0) {
                // Tells the others at once that it takes no more connections.
                client.put(sealer.nodeKey(node.tag()), sealer.node(node.withDraining(new Node.Draining(0, 0, 0))), lease);
            }
            withdraw();
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "the entry of this server goes with its lease: " + e.getMessage());
        }
    }

    /** Withdraws everything, and waits for that. */
    void close() {
        closed = true;
        wake.release();
        Threads.join(thread);
    }
}
