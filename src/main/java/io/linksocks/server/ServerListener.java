package io.linksocks.server;

/** Hears who comes and goes. Called on the threads of the connections, which wait for it; it must not throw. */
public interface ServerListener {
    /**
     * A client, provider or connector was let in.
     *
     * @param token the one that it showed
     * @param peer its address, {@code host:port}
     */
    default void connected(String token, String peer) {}

    /**
     * It has left, or was cut off.
     *
     * @param token the one that it showed
     * @param peer its address, {@code host:port}
     */
    default void disconnected(String token, String peer) {}
}
