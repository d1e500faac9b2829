package io.linksocks.proxy;

import io.linksocks.dial.DialException;
import io.linksocks.relay.TcpRelay;
import io.linksocks.session.Channel;
import io.linksocks.socks.Socks4Request;
import io.linksocks.socks.SocksCredentials;
import java.io.IOException;

/** SOCKS4 and 4a at a local port. They know a user's name but no password, so where one is wanted nobody comes in. */
final class Socks4Connection implements LocalProtocol {
    private final LocalClient client;
    private final TunnelEntry entry;
    private final SocksCredentials credentials;

    /** @param credentials null when anybody may come in */
    Socks4Connection(LocalClient client, TunnelEntry entry, SocksCredentials credentials) {
        this.client = client;
        this.entry = entry;
        this.credentials = credentials;
    }

    @Override
    public TcpRelay serve() throws IOException {
        Socks4Request request = Socks4Request.read(client.in(), credentials == null);
        client.timed().unlimited();
        Channel channel;
        try {
            channel = entry.connect(request.destination(), "SOCKS4 client " + client, client);
        } catch (DialException e) {
            client.send(Socks4Request.rejected());
            return null;
        }
        return entry.relay(client, Socks4Request.granted(), channel);
    }
}
