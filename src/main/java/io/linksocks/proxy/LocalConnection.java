package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.relay.TcpRelay;
import io.linksocks.socks.Socks4Request;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.SocksHandshake;
import io.linksocks.util.Sockets;
import io.linksocks.util.TimeLimit;
import java.io.EOFException;
import java.io.IOException;

/** One connection to a SOCKS port: its first byte tells the protocol. */
final class LocalConnection {
    private static final System.Logger LOG = System.getLogger(LocalConnection.class.getName());

    private final LocalClient client;
    private final TunnelEntry entry;
    private final EntryOptions options;

    LocalConnection(LocalClient client, TunnelEntry entry, EntryOptions options) {
        this.client = client;
        this.entry = entry;
        this.options = options;
    }

    /** Serves the client until it has a channel; returns its relay, or null when the connection is over. */
    TcpRelay serve() throws IOException {
        TimeLimit handshake = new TimeLimit(options.handshakeLimit(), () -> Sockets.close(client.socket()));
        try (handshake) {
            return serveProtocol(handshake);
        } catch (SocksException e) {
            options.counters().failedHandshakes.increment();
            LOG.log(DEBUG, () -> "client " + client + ": " + e.getMessage());
            client.send(e.answer());
        } catch (IOException e) {
            if (!handshake.isExceeded()) {
                throw e;
            }
            options.counters().failedHandshakes.increment();
            LOG.log(DEBUG, () -> "client " + client + " took too long to send its request");
        }
        return null;
    }

    /** SOCKS versions are control characters; an HTTP request starts with a letter. */
    private TcpRelay serveProtocol(TimeLimit handshake) throws IOException {
        int first = client.peek();
        if (first < 0) {
            throw new EOFException("closed without a request");
        }
        if (first == Socks4Request.VERSION) {
            return new SocksConnection(client, entry, options.credentials()).serve4(handshake);
        }
        if (first == SocksHandshake.VERSION) {
            SocksConnection connection = new SocksConnection(client, entry, options.credentials());
            String user = connection.greet();
            // Waits for the request as deep in the stack as for the first byte, so that its copy in the heap has room.
            client.peek();
            return connection.serve5(user, handshake);
        }
        // Some clients send an empty line in front of a request (RFC 9112, section 2.2).
        if (first >= 'A' && first <= 'z' || first == '\r' || first == '\n') {
            handshake.close();
            return new HttpProxyConnection(client, entry, options).serve();
        }
        throw new SocksException("client speaks SOCKS version " + first);
    }
}
