package io.linksocks.server;

/**
 * The result of adding a reverse token.
 *
 * @param token the requested value, or the one that the server generated
 * @param port its SOCKS port; -1 with connector autonomy, which has none
 */
public record AddedReverseToken(String token, int port) {
    /** Without the token, which must not reach a log. */
    @Override
    public String toString() {
        return "AddedReverseToken[port=" + port + "]";
    }
}
