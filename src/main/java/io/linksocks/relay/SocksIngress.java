package io.linksocks.relay;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.linksocks.socks.SocksCredentials;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A SOCKS5 port: every connection becomes a channel of a session that the uplink names. */
public final class SocksIngress implements AutoCloseable {
    /** As many as a burst of a browser and its neighbours may leave waiting for accept(). */
    private static final int BACKLOG = 1024;
    /** After a failed accept, such as for want of file descriptors, others get time to free some. */
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final System.Logger LOG = System.getLogger(SocksIngress.class.getName());

    /**
     * How the port treats its clients.
     *
     * @param credentials what they must present; null when nothing
     * @param fastOpen whether they are told success before the target is connected
     */
    public record Options(SocksCredentials credentials, boolean fastOpen, BatchOptions batch) {}

    private final ServerSocket listener;
    private final Uplink uplink;
    private final Options options;
    private final Thread acceptor;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Opens the port and serves it until {@link #close}. */
    public SocksIngress(InetSocketAddress address, Uplink uplink, Options options) throws IOException {
        this.uplink = uplink;
        this.options = options;
        this.listener = bind(address);
        LOG.log(INFO, () -> "SOCKS5 port open on " + Endpoint.of(address()));
        this.acceptor = Threads.start("socks port " + listener.getLocalPort(), this::acceptAll);
    }

    private static ServerSocket bind(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + address.getHostString());
        }
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(address, BACKLOG);
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** Closes the port and all its connections; the port is free when this returns. */
    @Override
    public void close() {
        Sockets.close(listener);
        LockSupport.unpark(acceptor);
        Threads.join(acceptor);
        connections.forEach(Sockets::close);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                InetAddress client = socket.getInetAddress();
                Threads.start("socks " + client.getHostAddress() + ":" + socket.getPort(), () -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.log(WARNING, () -> "can't accept a SOCKS connection: " + e.getMessage());
                    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
                }
            }
        }
    }

    private void serve(Socket socket) {
        connections.add(socket);
        try {
            new SocksConnection(socket, uplink, options).serve();
        } finally {
            connections.remove(socket);
        }
    }
}
