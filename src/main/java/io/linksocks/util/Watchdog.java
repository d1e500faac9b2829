package io.linksocks.util;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks a few times a second at what must not take too long. Where nearly everything ends in time, this costs less than to wait
 * with a time limit, which wakes a thread of the JDK to set it and another time to take it back.
 */
public final class Watchdog {
    /** A limit is kept this exactly. */
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private static final Set<Runnable> WATCHED = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean AWAKE = new AtomicBoolean();

    private Watchdog() {}

    /** @param look called now and then until {@link #forget}, perhaps once more after that; must neither block nor fail */
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
            // Not before it sleeps, so that what comes from now on awakes it.
            awake();
        }
    }
}
