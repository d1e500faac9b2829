package io.linksocks.client;

import java.time.Duration;

/**
 * The result of one step of a {@link ConnectionCheck}.
 *
 * @param name one word, such as {@code dns}
 * @param outcome how it went
 * @param finding in one line; it may contain text of a server, so escape it before you print it to a terminal
 * @param hint what to do about a failure, in one sentence; empty unless it failed
 * @param time how long it took
 */
public record CheckStep(String name, Outcome outcome, String finding, String hint, Duration time) {
    /** The outcome of a step. */
    public enum Outcome {
        /** Nothing is wrong. */
        OK,
        /** A client would fail here. */
        FAILED,
        /** Not tried, because it does not apply or an earlier step failed. */
        SKIPPED
    }

    /**
     * Returns a builder, for the tests of a program.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the members of a step. */
    public static final class Builder {
        private String name = "";
        private Outcome outcome = Outcome.OK;
        private String finding = "";
        private String hint = "";
        private Duration time = Duration.ZERO;

        private Builder() {}

        /**
         * Sets the name of the step.
         *
         * @param value one word
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Sets how it went.
         *
         * @param value OK by default
         * @return this builder
         */
        public Builder outcome(Outcome value) {
            outcome = value;
            return this;
        }

        /**
         * Sets what was found.
         *
         * @param value one line
         * @return this builder
         */
        public Builder finding(String value) {
            finding = value;
            return this;
        }

        /**
         * Sets what to do about a failure.
         *
         * @param value empty, the default, unless it failed
         * @return this builder
         */
        public Builder hint(String value) {
            hint = value;
            return this;
        }

        /**
         * Sets how long it took.
         *
         * @param value zero by default
         * @return this builder
         */
        public Builder time(Duration value) {
            time = value;
            return this;
        }

        /**
         * Creates the step.
         *
         * @return a new step
         */
        public CheckStep build() {
            return new CheckStep(name, outcome, finding, hint, time);
        }
    }
}
