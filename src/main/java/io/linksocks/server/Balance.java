package io.linksocks.server;

import java.util.Locale;

/** How the providers of a reverse token share new connections. */
public enum Balance {
    /** Providers take turns. */
    ROUND_ROBIN,
    /** The provider with the fewest open channels is next. */
    LEAST_CHANNELS,
    /**
     * Connections of one address, or of one connector, stay with one provider as long as it is connected. At a SOCKS5 port
     * without a login, a user name that a client gives takes the place of its address.
     */
    STICKY;

    /**
     * Reads a name.
     *
     * @param name as {@link #toString} returns it
     * @return the constant
     * @throws IllegalArgumentException naming those that exist
     */
    public static Balance parse(String name) {
        for (Balance balance : values()) {
            if (balance.toString().equals(name)) {
                return balance;
            }
        }
        throw new IllegalArgumentException("expected round-robin, least-channels or sticky");
    }

    /** The name on the command line and in the API. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
