package io.linksocks.client;

import java.time.Duration;

/**
 * The state of a client at one moment.
 *
 * @param connections to the server that are up
 * @param roundTrip of the fastest of them; zero while it is unknown
 * @param channels open, including those of a connection that is being resumed
 * @param resumes how often a connection was replaced and its channels continued
 * @param sentBytes that the other ends of channels have taken so far, as far as this one knows
 * @param receivedBytes that applications, or the targets of a provider, have taken so far
 */
public record ClientStatus(int connections, Duration roundTrip, int channels, long resumes, long sentBytes,
        long receivedBytes) {
    /**
     * Returns a builder, for the tests of a program.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the members of a status. */
    public static final class Builder {
        private int connections;
        private Duration roundTrip = Duration.ZERO;
        private int channels;
        private long resumes;
        private long sentBytes;
        private long receivedBytes;

        private Builder() {}

        /**
         * Sets how many connections to the server are up.
         *
         * @param value 0 by default
         * @return this builder
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /**
         * Sets the round trip of the fastest.
         *
         * @param value zero, the default, while it is unknown
         * @return this builder
         */
        public Builder roundTrip(Duration value) {
            roundTrip = value;
            return this;
        }

        /**
         * Sets how many channels are open.
         *
         * @param value 0 by default
         * @return this builder
         */
        public Builder channels(int value) {
            channels = value;
            return this;
        }

        /**
         * Sets how often a connection was replaced.
         *
         * @param value 0 by default
         * @return this builder
         */
        public Builder resumes(long value) {
            resumes = value;
            return this;
        }

        /**
         * Sets what was sent to the server.
         *
         * @param value 0 bytes by default
         * @return this builder
         */
        public Builder sentBytes(long value) {
            sentBytes = value;
            return this;
        }

        /**
         * Sets what was received from the server.
         *
         * @param value 0 bytes by default
         * @return this builder
         */
        public Builder receivedBytes(long value) {
            receivedBytes = value;
            return this;
        }

        /**
         * Creates the status.
         *
         * @return a new status
         */
        public ClientStatus build() {
            return new ClientStatus(connections, roundTrip, channels, resumes, sentBytes, receivedBytes);
        }
    }
}
