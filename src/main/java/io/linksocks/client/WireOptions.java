package io.linksocks.client;

import io.linksocks.protocol.Features;
import io.linksocks.relay.BatchOptions;
import io.linksocks.session.SessionLimits;
import io.linksocks.util.Bounds;
import java.time.Duration;

/** The part of {@link LinkSocksClientBuilder} about what is on the wire: extensions of the protocol, and batches. */
abstract sealed class WireOptions permits LinkSocksClientBuilder {
    private Duration resumeTimeout = Duration.ofSeconds(60);
    private Duration halfClosedTimeout = SessionLimits.DEFAULT.halfClosed();
    private boolean resume = true;
    private boolean flow = true;
    private boolean fin = true;
    private boolean fair = true;
    private BatchOptions batch = BatchOptions.DEFAULT;

    abstract LinkSocksClientBuilder self();

    Features features() {
        return new Features(resume && !resumeTimeout.isZero(), flow, fin, fair);
    }

    Duration resumeTimeout() {
        return resumeTimeout;
    }

    SessionLimits limits() {
        return SessionLimits.DEFAULT.withHalfClosed(halfClosedTimeout);
    }

    BatchOptions batch() {
        return batch;
    }

    /**
     * How long channels wait for the connection to come back, if the server waits as long; 0 is not at all.
     *
     * @param timeout not negative; 60 seconds at first
     * @return this builder
     */
    public LinkSocksClientBuilder resumeTimeout(Duration timeout) {
        resumeTimeout = Bounds.notNegative("resumeTimeout", timeout);
        return self();
    }

    /**
     * How long the rest of a connection may be silent once one direction has ended; it is closed then. As long as bytes move,
     * it stays.
     *
     * @param timeout positive; 10 minutes at first
     * @return this builder
     */
    public LinkSocksClientBuilder halfClosedTimeout(Duration timeout) {
        halfClosedTimeout = Bounds.positive("halfClosedTimeout", timeout);
        return self();
    }

    /**
     * Whether channels outlive the loss of a connection, if the server agrees.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder resume(boolean value) {
        resume = value;
        return self();
    }

    /**
     * Whether every channel has credit of its own, if the server agrees.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder flowControl(boolean value) {
        flow = value;
        return self();
    }

    /**
     * Whether one direction of a channel may end before the other, if the server agrees.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder halfClose(boolean value) {
        fin = value;
        return self();
    }

    /**
     * Whether little is sent ahead of acknowledgements, so that a new message finds a short way.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder fairness(boolean value) {
        fair = value;
        return self();
    }

    /**
     * The largest batch of stream bytes in one message.
     *
     * @param bytes 1 to 16 MiB; 1 MiB at first
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksClientBuilder bufferSize(int bytes) {
        batch = batch.withBufferSize(bytes);
        return self();
    }

    /**
     * The smallest batch that is compressed, if that makes it smaller.
     *
     * @param bytes 1 to 16 MiB, or 0 to compress nothing; 512 KiB at first
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public LinkSocksClientBuilder compressionThreshold(int bytes) {
        batch = batch.withCompressionThreshold(bytes);
        return self();
    }

    /**
     * Whether a batch may grow while the source has more to give; without, every read is sent at once.
     *
     * @param value true at first
     * @return this builder
     */
    public LinkSocksClientBuilder dynamicBatching(boolean value) {
        batch = batch.withDynamic(value);
        return self();
    }

    /**
     * How long a batch of a fast stream may grow: at first the shorter time, then up to the longer one. A batch never waits
     * for a source that has nothing to give.
     *
     * @param min not negative; 20 milliseconds at first
     * @param max not below min, 10 seconds at the most; 500 milliseconds at first
     * @return this builder
     * @throws IllegalArgumentException when they are out of range
     */
    public LinkSocksClientBuilder batchingTimeLimits(Duration min, Duration max) {
        batch = batch.withDelays(min, max);
        return self();
    }
}
