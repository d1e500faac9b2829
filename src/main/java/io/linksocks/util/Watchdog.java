package io.linksocks.util;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Checks time limits periodically. Where nearly everything ends in time, this costs less than timed waits, which wake a JDK
 * thread twice, to set the timer and to cancel it.
 */
public final class Watchdog {
    /** The accuracy of the limits. */
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private static final Set<Runnable> WATCHED = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean AWAKE = new AtomicBoolean();

    private Watchdog() {}

    /** @param look called periodically until {@link #forget}, perhaps once more after that; must neither block nor fail */
    public static void watch(Runnable look) {
        WATCHED.add(look);
        awake();
    }

    public static void forget(Runnable look) {
        WATCHED.remove(look);
    }

    private static void awake() {
        if (WATCHED.isEmpty() || AWAKE.get() || !AWAKE.compareAndSet(false, true)) {
            return;
        }
        Threads.later(INTERVAL, Watchdog::round);
    }

    private static void round() {
        try {
            WATCHED.forEach(Runnable::run);
        } finally {
            AWAKE.set(false);
            // After AWAKE is false, so that a concurrent watch() is not missed.
            awake();
        }
    }
}
