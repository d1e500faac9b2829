package io.linksocks.session;

import java.time.Duration;

/**
 * The limits of a session.
 *
 * @param channels open at once
 * @param queuedBytes queued per channel for a slow reader, without flow control
 * @param queuedMessages like {@code queuedBytes}, in messages
 * @param readerTimeout how long a full channel may block the link before it is closed, without flow control
 * @param answerTimeout how long an opener that has finished sending waits for more of the answer, without half-close
 * @param idle silence after which a channel is closed
 * @param halfClosed silence after which a half-closed channel is closed
 * @param window initial credit of a channel in bytes
 * @param maxWindow limit of its growth in bytes
 * @param windowGrowth bytes that all windows of a session together may grow by
 * @param replayBytes sent and not acknowledged
 * @param memory budget shared by all sessions
 * @param rates limits of traffic
 */
public record SessionLimits(int channels, int queuedBytes, int queuedMessages, Duration readerTimeout,
        Duration answerTimeout, Duration idle, Duration halfClosed, int window, int maxWindow, long windowGrowth,
        long replayBytes, MemoryBudget memory, SessionRates rates) {
    private static final long HEAP = Runtime.getRuntime().maxMemory();

    /** The default limits; growth and replay are smaller with a small heap. */
    public static final SessionLimits DEFAULT = new SessionLimits(65_536, 4 << 20, 1000,
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofHours(12), Duration.ofMinutes(10), 256 << 10, 16 << 20,
            Math.min(64 << 20, HEAP / 8), Math.min(16 << 20, HEAP / 16), MemoryBudget.OF_PROCESS);

    /** Limits without rates. */
    public SessionLimits(int channels, int queuedBytes, int queuedMessages, Duration readerTimeout, Duration answerTimeout,
            Duration idle, Duration halfClosed, int window, int maxWindow, long windowGrowth, long replayBytes,
            MemoryBudget memory) {
        this(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, window, maxWindow,
                windowGrowth, replayBytes, memory, SessionRates.NONE);
    }

    public SessionLimits withChannels(int count) {
        return new SessionLimits(count, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, window,
                maxWindow, windowGrowth, replayBytes, memory, rates);
    }

    public SessionLimits withHalfClosed(Duration limit) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, limit, window,
                maxWindow, windowGrowth, replayBytes, memory, rates);
    }

    /** Returns a copy with other windows and another replay buffer. */
    public SessionLimits withWindows(int initial, int maximum, long replay) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, initial,
                maximum, windowGrowth, replay, memory, rates);
    }

    /** Returns a copy with another memory budget. */
    public SessionLimits withMemory(MemoryBudget other) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, window,
                maxWindow, windowGrowth, replayBytes, other, rates);
    }

    /** Returns a copy with other rates, and another initial window. */
    public SessionLimits withRates(SessionRates others, int initial) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, initial,
                maxWindow, windowGrowth, replayBytes, memory, others);
    }
}
