package io.linksocks.wire;

import io.linksocks.util.Bounds;
import java.time.Duration;

/**
 * What a client and a server can each set about the connection between them: which extensions of the protocol they ask for,
 * and how the bytes of a stream are put into messages.
 *
 * @param resume whether channels survive the loss of a connection; false when {@code resumeTimeout} is zero
 * @param resumeTimeout how long they survive it
 * @param flowControl whether each channel has its own flow control
 * @param halfClose whether one direction of a channel may end before the other
 * @param halfClosedTimeout how long a half-closed connection may be idle before it is closed
 * @param fairness whether a congestion window limits unacknowledged data, so that other channels don't queue behind it
 * @param bufferSize the most stream bytes in one message
 * @param compressionThreshold batches of so many bytes or more are compressed if that makes them smaller; 0 for none
 * @param dynamicBatching whether a batch may grow while the source has more data
 * @param minBatchTime how long a batch of a fast stream may grow at first
 * @param maxBatchTime how long it may grow while the stream stays fast
 */
public record WireSettings(boolean resume, Duration resumeTimeout, boolean flowControl, boolean halfClose,
        Duration halfClosedTimeout, boolean fairness, int bufferSize, int compressionThreshold, boolean dynamicBatching,
        Duration minBatchTime, Duration maxBatchTime) {
    private static final int MAX_SIZE = 16 << 20;
    /** Whoever reads a stream should not wonder where it is. */
    private static final Duration MAX_BATCH_TIME = Duration.ofSeconds(10);

    /** All extensions, with the defaults of the command line. */
    public static final WireSettings DEFAULT = builder().build();

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException naming the member, its value and its range when one is out of range
     */
    public WireSettings {
        Bounds.notNegative("resumeTimeout", resumeTimeout);
        Bounds.positive("halfClosedTimeout", halfClosedTimeout);
        Bounds.range("bufferSize", bufferSize, 1, MAX_SIZE);
        Bounds.range("compressionThreshold", compressionThreshold, 0, MAX_SIZE);
        Bounds.range("batchingTimeLimits: max", maxBatchTime, Duration.ZERO, MAX_BATCH_TIME);
        Bounds.range("batchingTimeLimits: min", minBatchTime, Duration.ZERO, maxBatchTime);
        resume = resume && !resumeTimeout.isZero();
    }

    /**
     * Returns a builder with the defaults of the command line.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder with these settings.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder().resume(resume).resumeTimeout(resumeTimeout).flowControl(flowControl).halfClose(halfClose)
                .halfClosedTimeout(halfClosedTimeout).fairness(fairness).bufferSize(bufferSize)
                .compressionThreshold(compressionThreshold).dynamicBatching(dynamicBatching)
                .batchingTimeLimits(minBatchTime, maxBatchTime);
    }

    /** Collects settings. */
    public static final class Builder {
        private boolean resume = true;
        private Duration resumeTimeout = Duration.ofSeconds(60);
        private boolean flowControl = true;
        private boolean halfClose = true;
        private Duration halfClosedTimeout = Duration.ofMinutes(10);
        private boolean fairness = true;
        private int bufferSize = 1 << 20;
        private int compressionThreshold = 512 << 10;
        private boolean dynamicBatching = true;
        private Duration minBatchTime = Duration.ofMillis(20);
        private Duration maxBatchTime = Duration.ofMillis(500);

        private Builder() {}

        /**
         * Sets whether channels survive the loss of a connection, if the peer supports it.
         *
         * @param value true by default
         * @return this builder
         */
        public Builder resume(boolean value) {
            resume = value;
            return this;
        }

        /**
         * Sets how long channels survive the loss of a connection, unless the peer allows less; at a server also how long it
         * keeps the connector tokens that a provider has added.
         *
         * @param timeout not negative, where zero disables both; 60 seconds by default
         * @return this builder
         * @throws IllegalArgumentException when it is negative
         */
        public Builder resumeTimeout(Duration timeout) {
            resumeTimeout = Bounds.notNegative("resumeTimeout", timeout);
            return this;
        }

        /**
         * Sets whether each channel has its own flow control, if the peer supports it.
         *
         * @param value true by default
         * @return this builder
         */
        public Builder flowControl(boolean value) {
            flowControl = value;
            return this;
        }

        /**
         * Sets whether one direction of a channel may end before the other, if the peer supports it.
         *
         * @param value true by default
         * @return this builder
         */
        public Builder halfClose(boolean value) {
            halfClose = value;
            return this;
        }

        /**
         * Sets how long a half-closed connection may be idle before it is closed.
         *
         * @param timeout at least a millisecond; 10 minutes by default
         * @return this builder
         * @throws IllegalArgumentException when it is not
         */
        public Builder halfClosedTimeout(Duration timeout) {
            halfClosedTimeout = Bounds.positive("halfClosedTimeout", timeout);
            return this;
        }

        /**
         * Sets whether unacknowledged data is limited by a congestion window, so that messages of other channels don't queue
         * behind it, if the peer supports it.
         *
         * @param value true by default
         * @return this builder
         */
        public Builder fairness(boolean value) {
            fairness = value;
            return this;
        }

        /**
         * Sets the most stream bytes in one message.
         *
         * @param bytes 1 to 16 MiB; 1 MiB by default
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder bufferSize(int bytes) {
            bufferSize = Bounds.range("bufferSize", bytes, 1, MAX_SIZE);
            return this;
        }

        /**
         * Sets the size from which batches are compressed, if that makes them smaller.
         *
         * @param bytes 1 to 16 MiB, or 0 for no compression; 512 KiB by default
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder compressionThreshold(int bytes) {
            compressionThreshold = Bounds.range("compressionThreshold", bytes, 0, MAX_SIZE);
            return this;
        }

        /**
         * Sets whether a batch may grow while the source has more data; otherwise each read is sent at once.
         *
         * @param value true by default
         * @return this builder
         */
        public Builder dynamicBatching(boolean value) {
            dynamicBatching = value;
            return this;
        }

        /**
         * Sets how long batches of a fast stream may grow: for min, and up to max while it stays fast. A batch never waits
         * for an idle source.
         *
         * @param min zero to max; 20 milliseconds by default
         * @param max at most 10 seconds; 500 milliseconds by default
         * @return this builder
         * @throws IllegalArgumentException when they are out of range
         */
        public Builder batchingTimeLimits(Duration min, Duration max) {
            Bounds.range("batchingTimeLimits: max", max, Duration.ZERO, MAX_BATCH_TIME);
            minBatchTime = Bounds.range("batchingTimeLimits: min", min, Duration.ZERO, max);
            maxBatchTime = max;
            return this;
        }

        /**
         * Creates the settings.
         *
         * @return new settings
         */
        public WireSettings build() {
            return new WireSettings(resume, resumeTimeout, flowControl, halfClose, halfClosedTimeout, fairness, bufferSize,
                    compressionThreshold, dynamicBatching, minBatchTime, maxBatchTime);
        }
    }
}
