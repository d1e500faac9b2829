package io.linksocks.client;

/** A listener for connections of a client. Called on the threads of the connections, which wait for it; it must not throw. */
public interface ClientListener {
    /**
     * Called when a connection to the server was established, for each of several WebSockets.
     *
     * @param server its address without secrets
     */
    default void connected(String server) {}

    /**
     * Called when a connection has ended. The client reconnects unless it is closed, or reconnecting is off.
     *
     * @param server its address without secrets
     * @param reason in one line
     */
    default void disconnected(String server, String reason) {}

    /**
     * Called when the number of partners changed: for a provider the connections of its connectors, for a connector those of
     * its providers.
     *
     * @param count zero or more
     */
    default void partnersChanged(long count) {}
}
