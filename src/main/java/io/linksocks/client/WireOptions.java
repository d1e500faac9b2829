package io.linksocks.client;

import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Bounds;
import java.time.Duration;

/** The part of {@link LinkSocksClientBuilder} for protocol extensions and batching. */
abstract sealed class WireOptions permits LinkSocksClientBuilder {
    private Duration resumeTimeout = Duration.ofSeconds(60);
    private Duration halfClosedTimeout = SessionLimits.DEFAULT.halfClosed();
    private boolean resume = true;
    private boolean standby;
    private boolean flow = true;
    private boolean fin = true;
    private boolean fair = true;
    private BatchOptions batch = BatchOptions.DEFAULT;

    abstract LinkSocksClientBuilder self();

    Features features() {
        boolean resumes = resume && !resumeTimeout.isZero();
        return new Features(resumes, flow, fin, fair, resumes);
    }

    Duration resumeTimeout() {
        return resumeTimeout;
    }

    boolean standby() {
        return standby;
    }

    SessionLimits limits() {
        return SessionLimits.DEFAULT.withHalfClosed(halfClosedTimeout);
    }

    BatchOptions batch() {
        return batch;
    }

    /**
     * Sets how long channels survive the loss of a connection, unless the server allows less.
     *
     * @param timeout not negative, where zero disables resuming; 60 seconds by default
     * @return this builder
     */
    public LinkSocksClientBuilder resumeTimeout(Duration timeout) {
        resumeTimeout = Bounds.notNegative("resumeTimeout", timeout);
        return self();
    }

    /**
     * Sets whether to keep a second, authenticated connection ready, which takes the place of one that is lost.
     *
     * @param value false by default
     * @return this builder
     */
    public LinkSocksClientBuilder standby(boolean value) {
        standby = value;
        return self();
    }

    /**
     * Sets how long a half-closed connection may be idle before it is closed.
     *
     * @param timeout positive; 10 minutes by default
     * @return this builder
     */
    public LinkSocksClientBuilder halfClosedTimeout(Duration timeout) {
        halfClosedTimeout = Bounds.positive("halfClosedTimeout", timeout);
        return self();
    }

    /**
     * Sets whether channels survive the loss of a connection, if the server supports it.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder resume(boolean value) {
        resume = value;
        return self();
    }

    /**
     * Sets whether each channel has its own flow control, if the server supports it.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder flowControl(boolean value) {
        flow = value;
        return self();
    }

    /**
     * Sets whether one direction of a channel may end before the other, if the server supports it.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder halfClose(boolean value) {
        fin = value;
        return self();
    }

    /**
     * Sets whether unacknowledged data is kept small, so that messages of other channels don't queue behind it.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder fairness(boolean value) {
        fair = value;
        return self();
    }

    /**
     * Limits the batch of stream bytes in one message.
     *
     * @param bytes 1 to 16 MiB; 1 MiB by default
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksClientBuilder bufferSize(int bytes) {
        batch = batch.withBufferSize(bytes);
        return self();
    }

    /**
     * Sets the smallest batch to compress, if that makes it smaller.
     *
     * @param bytes 1 to 16 MiB, or 0 for no compression; 512 KiB by default
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksClientBuilder compressionThreshold(int bytes) {
        batch = batch.withCompressionThreshold(bytes);
        return self();
    }

    /**
     * Sets whether a batch grows while the source has more data; if not, each read is sent at once.
     *
     * @param value true by default
     * @return this builder
     */
    public LinkSocksClientBuilder dynamicBatching(boolean value) {
        batch = batch.withDynamic(value);
        return self();
    }

    /**
     * Limits the time for which a batch of a fast stream may grow: the shorter time in the beginning, then up to the longer
     * one. A batch never waits for a source without data.
     *
     * @param min not negative; 20 milliseconds by default
     * @param max not below min, 10 seconds at most; 500 milliseconds by default
     * @return this builder
     * @throws IllegalArgumentException when they are out of range
     */
    public LinkSocksClientBuilder batchingTimeLimits(Duration min, Duration max) {
        batch = batch.withDelays(min, max);
        return self();
    }
}
