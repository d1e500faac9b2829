package io.linksocks.server;

import java.io.IOException;

/** The tokens that are added, changed and removed by the HTTP API. */
interface ManagedTokens {
    /**
     * Adds a token for as long as it is not removed.
     *
     * @throws IllegalArgumentException as {@link TokenRegistry#add} does
     * @throws IOException when its port can't be opened, or it can't be kept and is not added then
     */
    Token add(TokenRecord wanted) throws IOException;

    /**
     * Removes a token and those that depend on it.
     *
     * @return false when it does not exist
     * @throws IOException when that can't be kept, and the token may come back
     */
    boolean remove(String value) throws IOException;
}
