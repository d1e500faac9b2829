package io.linksocks.server;

/** Is notified when peers connect and disconnect, on the thread of the connection; must neither block nor throw. */
public interface ServerListener {
    /**
     * A client, provider or connector has connected.
     *
     * @param token that it authenticated with
     * @param peer its address, {@code host:port}
     */
    default void connected(String token, String peer) {}

    /**
     * A client, provider or connector has disconnected.
     *
     * @param token that it authenticated with
     * @param peer its address, {@code host:port}
     */
    default void disconnected(String token, String peer) {}
}
