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
}
