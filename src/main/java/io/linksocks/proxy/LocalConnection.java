package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.relay.TcpRelay;
import io.linksocks.socks.Socks4Request;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.SocksHandshake;
import io.linksocks.util.Sockets;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One connection to a SOCKS port: its first byte tells what it speaks. */
final class LocalConnection {
    /** For the whole SOCKS handshake (docs/security.md, limits). */
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(15);

    private static final System.Logger LOG = System.getLogger(LocalConnection.class.getName());

    private final Socket socket;
    private final TunnelEntry entry;
    private final EntryOptions options;

    LocalConnection(Socket socket, TunnelEntry entry, EntryOptions options) {
        this.socket = socket;
        this.entry = entry;
        this.options = options;
    }

    /** Returns when the client has no more to say; the socket is closed here or by the relay that took it over. */
    void serve() {
        TcpRelay relay = null;
        try {
            LocalClient client = LocalClient.of(socket);
            client.timed().limit(HANDSHAKE_LIMIT);
            relay = protocol(client).serve();
        } catch (SocksException e) {
            options.counters().failedHandshakes.increment();
            LOG.log(DEBUG, () -> "client " + client() + ": " + e.getMessage());
            send(e.answer());
        } catch (SocketTimeoutException e) {
            options.counters().failedHandshakes.increment();
            LOG.log(DEBUG, () -> "client " + client() + " took too long to say what it wants");
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "client " + client() + " left: " + e.getMessage());
        } finally {
            if (relay == null) {
                Sockets.close(socket);
            }
        }
        if (relay != null) {
            relay.run();
        }
    }

    /** SOCKS versions are control characters; an HTTP request starts with a letter. */
    private LocalProtocol protocol(LocalClient client) throws IOException {
        int first = client.peek();
        if (first < 0) {
            throw new EOFException("connection ended before it began");
        }
        if (first == Socks4Request.VERSION) {
            return new Socks4Connection(client, entry, options.credentials());
        }
        if (first == SocksHandshake.VERSION) {
            return new Socks5Connection(client, entry, options.credentials());
        }
        // Some clients send an empty line in front of a request (RFC 9112, section 2.2).
        if (first >= 'A' && first <= 'z' || first == '\r' || first == '\n') {
            return new HttpProxyConnection(client, entry, options);
        }
        throw new SocksException("client speaks SOCKS version " + first);
    }

    private void send(byte[] answer) {
        try {
            LocalClient.output(socket).write(answer);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "client " + client() + " left before its answer: " + e.getMessage());
        }
    }

    private String client() {
        return Sockets.peer(socket).toString();
    }
}
