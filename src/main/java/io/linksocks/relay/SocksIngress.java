package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Acceptor;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A SOCKS5 port: every connection becomes a channel of one of the sessions. */
public final class SocksIngress implements AutoCloseable {
    /** How long a request waits for a session, SPEC sections 2 and 4. */
    private static final Duration SESSION_PATIENCE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(SocksIngress.class.getName());

    /**
     * How the port treats its clients.
     *
     * @param credentials what they must present; null when nothing
     * @param fastOpen whether they are told success before the target is connected
     * @param maxConnections of them at one time
     * @param guard decides which destinations they may ask for
     * @param counters count those who were turned away
     */
    public record Options(SocksCredentials credentials, boolean fastOpen, BatchOptions batch, int maxConnections,
            DestinationGuard guard, RelayCounters counters) {}

    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final TunnelEntry entry;
    private final Options options;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Opens the port and serves it until {@link #close}. */
    public SocksIngress(InetSocketAddress address, SessionPool sessions, Options options) throws IOException {
        this.entry = new TunnelEntry(new ChannelOpener(sessions, SESSION_PATIENCE), options);
        this.options = options;
        ServerSocket listener = Sockets.listen(address);
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        this.acceptor = new Acceptor(listener, this::admit);
        LOG.log(INFO, () -> "SOCKS5 port open on " + Endpoint.of(this.address));
        acceptor.start("socks port " + listener.getLocalPort());
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Frees the port and closes all its connections. */
    @Override
    public void close() {
        acceptor.close();
        connections.forEach(Sockets::close);
    }

    /** SOCKS has no answer to a client that has not asked for anything yet: one too many is closed at once. */
    private void admit(Socket socket) {
        if (connections.size() >= options.maxConnections()) {
            options.counters().refusedConnections.increment();
            LOG.log(DEBUG, () -> "SOCKS client " + socket.getRemoteSocketAddress() + " turned away: "
                    + options.maxConnections() + " connections are open");
            Sockets.close(socket);
            return;
        }
        connections.add(socket);
        // Looked at after the registration, so that close() misses no connection.
        if (acceptor.isClosed()) {
            Sockets.close(socket);
        }
        Threads.start("socks " + Endpoint.of((InetSocketAddress) socket.getRemoteSocketAddress()), () -> serve(socket));
    }

    private void serve(Socket socket) {
        try {
            new LocalConnection(socket, entry, options).serve();
        } finally {
            connections.remove(socket);
        }
    }
}
