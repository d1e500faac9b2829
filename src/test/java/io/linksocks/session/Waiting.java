package io.linksocks.session;

import static org.junit.jupiter.api.Assertions.fail;

import io.linksocks.util.ThreadDump;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do, without a guess how long that takes. */
public final class Waiting {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Waiting() {}

    /** Until a thread waits for something that is not time. */
    static void untilParked(Thread thread) {
        until("parked", () -> thread.getState() == Thread.State.WAITING);
    }

    public static void until(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > LIMIT_NANOS) {
                fail("not in time: " + what + "\n" + ThreadDump.of(head -> head.contains("virtual")));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
