package io.linksocks.util;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Logs a repeated message at most once a minute, or so many times, with the number of those left out, which are for debugging
 * only.
 */
public final class RateLimitedLogger {
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final System.Logger log;
    private final int most;
    private final LongSupplier nanos;
    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Messages of this minute, which began with the first. */
    private int said;
    private long beganAt;
    private long silences;

    public RateLimitedLogger(System.Logger log) {
        this(log, 1);
    }

    /** @param most messages a minute */
    public RateLimitedLogger(System.Logger log, int most) {
        this(log, most, System::nanoTime);
    }

    /** @param nanos the time, as {@link System#nanoTime} */
    RateLimitedLogger(System.Logger log, int most, LongSupplier nanos) {
        this.log = log;
        this.most = most;
        this.nanos = nanos;
    }

    /** Logs this as a warning, or for debugging when another came just before. */
    public void warn(String message) {
        log(Level.WARNING, message, " more times since the last warning)");
    }

    /** Logs this for information, or for debugging when another came just before. */
    public void info(String message) {
        log(Level.INFO, message, " more since the last such line)");
    }

    private void log(Level level, String message, String unsaidOnes) {
        long unsaid = turn();
        log.log(unsaid < 0 ? Level.DEBUG : level, unsaid <= 0 ? message : message + " (" + unsaid + unsaidOnes);
    }

    /** The number of messages left out before this one; negative when this one is left out. */
    private long turn() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (said > 0 && now - beganAt < PAUSE.toNanos()) {
                if (said == most) {
                    silences++;
                    return -1;
                }
                said++;
                return 0;
            }
            long unsaid = silences;
            said = 1;
            beganAt = now;
            silences = 0;
            return unsaid;
        } finally {
            lock.unlock();
        }
    }
}
