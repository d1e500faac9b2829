package io.linksocks.session;

/**
 * Limits of what sessions may send and receive, which they may share with others.
 *
 * @param sent     to the peers
 * @param received from the peers
 */
public record SessionRates(RateLimit sent, RateLimit received) {
    static final SessionRates NONE = new SessionRates(RateLimit.NONE, RateLimit.NONE);
}
