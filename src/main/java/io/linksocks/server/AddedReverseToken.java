package io.linksocks.server;

/**
 * A reverse token as it was added.
 *
 * @param token the one that was asked for, or made up
 * @param port its SOCKS port; -1 when it has none because its providers manage connectors themselves
 */
public record AddedReverseToken(String token, int port) {
    /** Without the token, which must not reach a log. */
    @Override
    public String toString() {
        return "AddedReverseToken[port=" + port + "]";
    }
}
