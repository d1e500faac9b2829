package io.linksocks.session;

import io.linksocks.protocol.Features;
import java.time.Duration;

/**
 * Counters of one session. Each direction is counted by one thread at a time, the session's reader or the holder of the
 * send turn, so plain volatile fields are enough.
 */
final class SessionTally {
    private final long began = System.nanoTime();
    private final SessionCounters all;
    private volatile long receivedMessages;
    private volatile long receivedBytes;
    private volatile long sentMessages;
    private volatile long sentBytes;
    /** Written with {@code Session.reading} held. */
    private volatile long resumes;

    /** @param all counters of all sessions of the process, which are incremented too */
    SessionTally(SessionCounters all) {
        this.all = all;
    }

    void received(int bytes) {
        receivedMessages++;
        receivedBytes += bytes;
        all.receivedMessages.increment();
        all.receivedBytes.add(bytes);
    }

    void sent(int bytes) {
        sentMessages++;
        sentBytes += bytes;
        all.sentMessages.increment();
        all.sentBytes.add(bytes);
    }

    /** Counts bytes that are sent again; {@link #sent} counts them as well. */
    void retransmitted(int bytes) {
        all.retransmittedBytes.add(bytes);
    }

    void resumed() {
        resumes++;
        all.resumes.increment();
    }

    SessionSnapshot snapshot(String peer, Features features, boolean attached, Duration rtt, int channels,
            long replayBytes) {
        return new SessionSnapshot(peer, features, attached, rtt, resumes, Duration.ofNanos(System.nanoTime() - began),
                channels, receivedMessages, receivedBytes, sentMessages, sentBytes, replayBytes);
    }
}
