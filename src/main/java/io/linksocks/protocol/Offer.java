package io.linksocks.protocol;

import java.util.UUID;

/**
 * What a server that knows the extensions appends to AuthResponse (docs/protocol-extensions.md, section 1).
 *
 * @param features those that both sides want
 * @param session id of a new session, a secret
 * @param window initial credit of every channel towards the server, in bytes
 * @param graceSeconds how long the server keeps a session without a link
 */
public record Offer(Features features, UUID session, int window, int graceSeconds) {
    /** Without the session id, which must not reach a log. */
    @Override
    public String toString() {
        return "Offer[features=" + features + ", window=" + window + ", grace=" + graceSeconds + "]";
    }
}
