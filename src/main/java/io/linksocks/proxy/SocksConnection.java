package io.linksocks.proxy;

import io.linksocks.dial.DialException;
import io.linksocks.relay.TcpRelay;
import io.linksocks.session.Channel;
import io.linksocks.socks.Socks4Request;
import io.linksocks.socks.SocksCredentials;
import io.linksocks.socks.SocksHandshake;
import io.linksocks.socks.SocksReply;
import io.linksocks.socks.SocksRequest;
import io.linksocks.util.Endpoint;
import io.linksocks.util.TimeLimit;
import java.io.IOException;
import java.io.InputStream;

/**
 * SOCKS at a local port. Each version lifts the limit of the handshake once it has the request, and returns a relay that has
 * begun, or null when the connection is over.
 */
final class SocksConnection {
    private final LocalClient client;
    private final TunnelEntry entry;
    private final SocksCredentials credentials;

    /** @param credentials what the client must present; null for none */
    SocksConnection(LocalClient client, TunnelEntry entry, SocksCredentials credentials) {
        this.client = client;
        this.entry = entry;
        this.credentials = credentials;
    }

    /** SOCKS4 and 4a, which have a user name but no password: when one is required, every client is refused. */
    TcpRelay serve4(TimeLimit handshake) throws IOException {
        Socks4Request request = Socks4Request.read(client.in(), credentials == null);
        handshake.close();
        Channel channel;
        try {
            channel = entry.connect(request.destination(), "SOCKS4 client " + client, client, client.address());
        } catch (DialException e) {
            client.send(Socks4Request.rejected());
            return null;
        }
        return entry.relay(client, Socks4Request.granted(), channel);
    }

    /** Authenticates a client of SOCKS5; returns its user name, null for none. */
    String greet() throws IOException {
        return SocksHandshake.accept(client.in(), client.out(), credentials, entry.isSticky());
    }

    /** SOCKS5 (RFC 1928) after {@link #greet}, which has returned that user. */
    TcpRelay serve5(String user, TimeLimit handshake) throws IOException {
        Object origin = user != null ? user : client.address();
        SocksRequest request = SocksRequest.read(client.in());
        handshake.close();
        try {
            return switch (request.command()) {
                case CONNECT -> connect(request.destination(), origin);
                case UDP_ASSOCIATE -> associate(request.destination(), origin);
                case BIND -> reply(SocksReply.COMMAND_NOT_SUPPORTED);
            };
        } catch (DialException e) {
            return reply(switch (e.kind()) {
                case RULE -> SocksReply.NOT_ALLOWED;
                case LOCAL -> SocksReply.NETWORK_UNREACHABLE;
                default -> SocksReply.HOST_UNREACHABLE;
            });
        }
    }

    private TcpRelay connect(Endpoint destination, Object origin) throws IOException {
        Channel channel = entry.connect(destination, asker(), client, origin);
        return entry.relay(client, SocksReply.SUCCEEDED.encode(), channel);
    }

    private TcpRelay associate(Endpoint announced, Object origin) throws IOException {
        Channel channel = entry.associate(asker(), origin);
        try (UdpAssociation association =
                new UdpAssociation(client.socket(), announced.port(), channel, entry.guard())) {
            association.start();
            client.send(SocksReply.SUCCEEDED.encode(association.address()));
            awaitEnd(client.in());
            return null;
        }
    }

    /** An association lives as long as its control connection (RFC 1928, section 7). */
    private static void awaitEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            in.skip(in.available());
        }
    }

    private TcpRelay reply(SocksReply reply) throws IOException {
        client.send(reply.encode());
        return null;
    }

    private String asker() {
        return "SOCKS client " + client;
    }
}
