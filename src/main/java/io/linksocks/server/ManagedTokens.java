package io.linksocks.server;

import java.io.IOException;
import java.util.function.UnaryOperator;

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
     * Changes the settings of a token, for as long as it is not removed if this has added it.
     *
     * @param change from its settings to the new ones
     * @return false when it does not exist
     * @throws IOException when that can't be kept, and nothing is changed then
     */
    boolean change(String value, UnaryOperator<TokenSettings> change) throws IOException;

    /** Whether what changes about this token lasts as long as tokens that this has added, not only until the next start. */
    boolean keeps(String value) throws IOException;

    /**
     * Removes a token and those that depend on it.
     *
     * @return false when it does not exist
     * @throws IOException when that can't be kept, and the token may come back
     */
    boolean remove(String value) throws IOException;
}
