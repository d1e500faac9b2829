package io.linksocks.cluster;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether etcd is followed: it is watched, and the own entry comes back through the watch. Thread-safe. */
final class Health {
    private static final System.Logger LOG = System.getLogger(Health.class.getName());

    private static final int MOST_REPORTED = 4;

    private final Duration silence;
    private final CountDownLatch watching = new CountDownLatch(1);
    /** Why there is no watch; null while there is one. */
    private volatile String problem = "not loaded yet";
    /** Why the own entry could not be written; null when it could. */
    private volatile String refusal;
    /** When the last own entry came back, on the scale of {@link System#nanoTime}. */
    private volatile long heard = System.nanoTime();
    /** The problems that were logged since etcd was followed. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    Health(Duration silence) {
        this.silence = silence;
    }

    /** Waits for the first watch. */
    void awaitWatching(Duration time) {
        try {
            watching.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void onWatching() {
        heard = System.nanoTime();
        problem = null;
        watching.countDown();
        if (!reported.isEmpty()) {
            reported.clear();
            LOG.log(INFO, "etcd is followed again");
        }
    }

    void onHeard() {
        heard = System.nanoTime();
    }

    void onBroken(String why) {
        problem = why;
        report(why);
    }

    /** @param why null after a success */
    void onWritten(String why) {
        refusal = why;
        if (why != null) {
            report(why);
        }
    }

    /** The first problem may only be a sign of another, such as a lost connection. */
    private void report(String why) {
        if (reported.size() < MOST_REPORTED && reported.add(why)) {
            LOG.log(WARNING, () -> "the cluster is not followed, and its tokens can't be changed: " + why);
        }
    }

    /** Whether a watch has fallen silent. */
    boolean isHung() {
        return problem == null && isSilent();
    }

    private boolean isSilent() {
        return System.nanoTime() - heard > silence.toNanos();
    }

    Optional<Directory.Staleness> staleness() {
        String why = problem;
        if (why == null && !isSilent()) {
            return Optional.empty();
        }
        String reason = why != null ? why : refusal != null ? refusal : "etcd hangs";
        return Optional.of(new Directory.Staleness(Duration.ofNanos(System.nanoTime() - heard), reason));
    }
}
