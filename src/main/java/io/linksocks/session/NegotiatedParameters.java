package io.linksocks.session;

import io.linksocks.protocol.Features;
import java.time.Duration;
import java.util.UUID;

/**
 * What two peers have agreed on for a session (docs/protocol-extensions.md).
 *
 * @param features in use
 * @param id of the session, a secret; null without extensions
 * @param window initial credit of every channel towards the peer, in bytes
 * @param grace how long the session lives without a link
 */
public record NegotiatedParameters(Features features, UUID id, int window, Duration grace) {
    /** The base protocol and nothing else. */
    public static final NegotiatedParameters BASE = new NegotiatedParameters(Features.NONE, null, 0, Duration.ZERO);

    /** Whether messages are numbered and acknowledged. */
    boolean isExtended() {
        return id != null;
    }

    /** Without the session id, which must not reach a log. */
    @Override
    public String toString() {
        return "NegotiatedParameters[features=" + features + ", window=" + window + ", grace=" + grace + "]";
    }
}
