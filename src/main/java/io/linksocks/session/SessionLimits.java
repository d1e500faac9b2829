package io.linksocks.session;

import java.time.Duration;

/**
 * Bounds of a session.
 *
 * @param channels channels open at once
 * @param queuedBytes received bytes that one channel may have waiting for a slow reader, without flow control
 * @param queuedMessages the same in messages
 * @param readerTimeout how long a full channel may hold up the link before it is given up, without flow control
 * @param answerTimeout how long an opener that has no more to send waits for a silent peer, without half-close
 * @param idle after how long a channel without traffic is closed
 * @param halfClosed the same once one direction has ended
 * @param window initial credit of a channel in bytes
 * @param maxWindow what it may grow to
 * @param windowGrowth what all windows of a session together may grow by
 * @param replayBytes sent bytes that may be unacknowledged
 * @param memory what the channels of all sessions together may take
 */
public record SessionLimits(int channels, int queuedBytes, int queuedMessages, Duration readerTimeout,
        Duration answerTimeout, Duration idle, Duration halfClosed, int window, int maxWindow, long windowGrowth, long replayBytes,
        MemoryBudget memory) {
    private static final long HEAP = Runtime.getRuntime().maxMemory();

    /** With a small heap, less growth and replay. */
    public static final SessionLimits DEFAULT = new SessionLimits(65_536, 4 << 20, 1000,
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofHours(12), Duration.ofMinutes(10), 256 << 10, 16 << 20,
            Math.min(64 << 20, HEAP / 8), Math.min(16 << 20, HEAP / 16), MemoryBudget.OF_PROCESS);

    public SessionLimits withChannels(int count) {
        return new SessionLimits(count, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, window,
                maxWindow, windowGrowth, replayBytes, memory);
    }

    public SessionLimits withHalfClosed(Duration limit) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, limit, window,
                maxWindow, windowGrowth, replayBytes, memory);
    }

    /** With other windows and another replay buffer. */
    public SessionLimits withWindows(int initial, int maximum, long replay) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, initial,
                maximum, windowGrowth, replay, memory);
    }

    /** With memory of its own. */
    public SessionLimits withMemory(MemoryBudget other) {
        return new SessionLimits(channels, queuedBytes, queuedMessages, readerTimeout, answerTimeout, idle, halfClosed, window,
                maxWindow, windowGrowth, replayBytes, other);
    }
}
