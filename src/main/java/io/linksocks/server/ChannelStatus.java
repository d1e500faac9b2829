package io.linksocks.server;

/**
 * An open channel of a running server at one moment.
 *
 * @param client the {@linkplain ConnectedClient#id() number} of the client that it belongs to
 * @param target {@code host:port}; empty when the server does not know it
 * @param receivedBytes from the client
 * @param sentBytes to the client
 */
public record ChannelStatus(long client, String target, long receivedBytes, long sentBytes) {}
