package io.linksocks.session;

import java.time.Duration;

/**
 * Bounds of a session.
 *
 * @param channels channels open at once
 * @param queuedBytes received bytes that one channel may have waiting for a slow reader
 * @param queuedMessages the same in messages
 * @param readerPatience how long a full channel may hold up the link before it is given up
 * @param answerPatience how long an opener that has no more to send waits for a silent peer without half-close
 * @param idle after how long a channel without traffic is closed
 */
public record SessionLimits(int channels, int queuedBytes, int queuedMessages, Duration readerPatience,
        Duration answerPatience, Duration idle) {
    public static final SessionLimits DEFAULT = new SessionLimits(65_536, 4 << 20, 1000,
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofHours(12));

    public SessionLimits withChannels(int count) {
        return new SessionLimits(count, queuedBytes, queuedMessages, readerPatience, answerPatience, idle);
    }
}
