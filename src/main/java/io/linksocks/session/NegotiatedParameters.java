package io.linksocks.session;

import io.linksocks.protocol.Features;
import java.time.Duration;
import java.util.UUID;

/**
 * The parameters that two peers have negotiated for a session (docs/protocol-extensions.md).
 *
 * @param features negotiated
 * @param id of the session, a secret; null without extensions
 * @param window initial credit of every channel towards the peer, in bytes
 * @param grace how long the session waits detached
 */
public record NegotiatedParameters(Features features, UUID id, int window, Duration grace) {
    /** The parameters of the base protocol without extensions. */
    public static final NegotiatedParameters BASE = new NegotiatedParameters(Features.NONE, null, 0, Duration.ZERO);

    /** Whether messages are numbered and acknowledged. */
    boolean isExtended() {
        return id != null;
    }

    /** Omits the session id, which is a secret and must not reach a log. */
    @Override
    public String toString() {
        return "NegotiatedParameters[features=" + features + ", window=" + window + ", grace=" + grace + "]";
    }
}
