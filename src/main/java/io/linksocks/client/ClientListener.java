package io.linksocks.client;

/** Hears how a client fares. Called on the threads of the connections, which wait for it; it must not throw. */
public interface ClientListener {
    /**
     * A connection to the server was established; with several threads there are as many.
     *
     * @param server its address without secrets
     */
    default void connected(String server) {}

    /**
     * A connection has ended; unless that was wanted, the client will reconnect if it was told so.
     *
     * @param server its address without secrets
     * @param reason in one line
     */
    default void disconnected(String server, String reason) {}

    /**
     * The server told how many partners there are now: for a provider the connections of its connectors, for a connector
     * those of its providers.
     *
     * @param count zero or more
     */
    default void partnersChanged(long count) {}
}
