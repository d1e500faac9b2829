package io.linksocks.session;

import io.linksocks.protocol.Link;
import java.time.Duration;

/**
 * What one session has carried and lived through. Each direction is counted by one thread at a time, the reader's or
 * the one whose turn it is to write, so that a count needs no more than a field.
 */
final class SessionTally {
    private final long began = System.nanoTime();
    private final SessionCounters all;
    private volatile long receivedMessages;
    private volatile long receivedBytes;
    private volatile long sentMessages;
    private volatile long sentBytes;
    /** Written with the session's reading lock held. */
    private volatile long resumes;

    /** @param all adds up what all sessions count */
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

    /** Part of what was sent. */
    void retransmitted(int bytes) {
        all.retransmittedBytes.add(bytes);
    }

    void resumed() {
        resumes++;
        all.resumes.increment();
    }

    /** @param link the present one; null when there is none */
    SessionSnapshot snapshot(Session session, Link link) {
        return new SessionSnapshot(session.peer(), session.features(), session.isAttached(),
                Duration.ofNanos(link == null ? 0 : link.roundTrip()), resumes,
                Duration.ofNanos(System.nanoTime() - began), session.channelCount(), receivedMessages, receivedBytes,
                sentMessages, sentBytes, session.replayBytes());
    }
}
