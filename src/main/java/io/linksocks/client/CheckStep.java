package io.linksocks.client;

import java.time.Duration;

/**
 * What one step of a {@link ConnectionCheck} has found.
 *
 * @param name one word, such as {@code dns}
 * @param outcome how it went
 * @param finding what was seen, in one line; text of servers is in it, so it should not go to a terminal as it is
 * @param hint what to do about a failure, in one sentence; empty unless it failed
 * @param time how long it took
 */
public record CheckStep(String name, Outcome outcome, String finding, String hint, Duration time) {
    /** How a step went. */
    public enum Outcome {
        /** As it should. */
        OK,
        /** A client would not work, or not as it should. */
        FAILED,
        /** Not tried, because it does not apply or an earlier step failed. */
        SKIPPED
    }
}
