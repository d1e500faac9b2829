package io.linksocks.server;

/** Is notified when peers connect and disconnect, on the thread of the connection; must neither block nor throw. */
public interface ServerListener {
    /**
     * A client, provider or connector has connected.
     *
     * @param client its role, the name of its token, and its address
     */
    default void connected(ConnectedClient client) {}

    /**
     * A client, provider or connector has disconnected.
     *
     * @param client its role, the name of its token, and its address
     */
    default void disconnected(ConnectedClient client) {}
}
