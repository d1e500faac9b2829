package io.linksocks.server;

/**
 * A token of a running server at one moment.
 *
 * @param token the secret
 * @param role of those who authenticate with it
 * @param settings its name and limits
 * @param clients that are connected with it
 */
public record TokenStatus(String token, ClientRole role, TokenSettings settings, int clients) {
    /** Without the token, which must not reach a log. */
    @Override
    public String toString() {
        return "TokenStatus[role=" + role + ", name=" + settings.name() + ", clients=" + clients + "]";
    }
}
