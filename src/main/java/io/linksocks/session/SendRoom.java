package io.linksocks.session;

/**
 * The room for unacknowledged bytes: the replay limit and what the process has memory for, and for bulk the congestion
 * window. Written with the lock of {@link ReliableSender} held; the gate of its {@link SendTurn} reads it without.
 */
final class SendRoom {
    /** Room for a few control messages of each of 65,536 channels while detached. */
    private static final long CONTROL_BYTES = 16 << 20;

    /** The rate of a fast link: 64 MiB/s. */
    private static final long FAST_BYTES = 64 << 10;
    private static final long FAST_NANOS = 1_000_000;

    private final ReplayBuffer replay;
    private final long limit;
    private final boolean fair;
    private final SessionMemory memory;
    private final CongestionWindow window;
    private volatile long bulkLimit;
    private volatile boolean fast;

    /** @param fair whether bulk is limited by the congestion window */
    SendRoom(ReplayBuffer replay, SessionLimits limits, SessionMemory memory, boolean fair) {
        this.replay = replay;
        this.limit = limits.replayBytes();
        this.fair = fair;
        this.memory = memory;
        this.window = new CongestionWindow(limit);
        limitBulk();
    }

    private void limitBulk() {
        bulkLimit = fair ? window.bytes() : limit;
    }

    /** Whether there is room. Rechecked only after an acknowledgement, which always arrives while there is none. */
    boolean admits(SendTurn.Rank rank) {
        return switch (rank) {
            case CONTROL -> true;
            case SMALL -> hasRoom(limit);
            case BULK -> hasRoom(bulkLimit);
        };
    }

    private boolean hasRoom(long most) {
        return replay.bytes() < most && replay.memory() < memory.share();
    }

    /**
     * Learns from an acknowledgement that the replay buffer knows of.
     *
     * @param rtt of an acknowledged message without the receiver's delay, in nanoseconds
     * @param before bytes in flight before it
     */
    void onAcknowledged(long rtt, long before, long now) {
        window.onAcknowledged(rtt, before - replay.bytes(), before, now);
        limitBulk();
        fast = before / FAST_BYTES > rtt / FAST_NANOS;
    }

    /** Whether the peer has left far more answers unacknowledged than regular use can cause. */
    boolean isFlooded() {
        return replay.bytes() > limit + CONTROL_BYTES || memory.isFlooded();
    }

    /** Whether the link drains faster than 64 MiB/s. */
    boolean isFast() {
        return fast;
    }

    /** The smoothed RTT in nanoseconds; 0 while unknown. */
    long smoothedRtt() {
        return window.smoothedRtt();
    }
}
