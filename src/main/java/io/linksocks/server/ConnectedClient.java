package io.linksocks.server;

/**
 * A client, provider or connector with a session, without its secrets.
 *
 * @param id its number at this server, as in the HTTP API
 * @param role by its token
 * @param tokenName the {@linkplain TokenSettings#name() name} of its token; empty when it has none
 * @param address {@code host:port}
 */
public record ConnectedClient(long id, ClientRole role, String tokenName, String address) {}
