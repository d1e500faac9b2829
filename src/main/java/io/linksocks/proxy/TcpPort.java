package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.util.Acceptor;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A local TCP port: so many connections at a time, each with a thread of its own. */
final class TcpPort implements OpenPort {
    private static final System.Logger LOG = System.getLogger(TcpPort.class.getName());

    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final EntryOptions options;
    private final Consumer<Socket> service;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /**
     * @param listener bound already; owned by the port from now on
     * @param service serves a connection to its end, and closes it
     */
    TcpPort(ServerSocket listener, EntryOptions options, Consumer<Socket> service) {
        this.options = options;
        this.service = service;
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        this.acceptor = new Acceptor(listener, this::admit);
        acceptor.start("local port " + listener.getLocalPort());
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /** Frees the port and breaks off all its connections: none may look as if it had come to its end. */
    @Override
    public void close() {
        acceptor.close();
        connections.forEach(Sockets::reset);
    }

    /** There is no answer to a client that has not asked for anything yet: one too many is closed at once. */
    private void admit(Socket socket) {
        if (connections.size() >= options.maxConnections()) {
            options.counters().refusedConnections.increment();
            LOG.log(DEBUG, () -> "client " + socket.getRemoteSocketAddress() + " turned away: "
                    + options.maxConnections() + " connections are open");
            Sockets.close(socket);
            return;
        }
        connections.add(socket);
        // Looked at after the registration, so that close() misses no connection.
        if (acceptor.isClosed()) {
            Sockets.close(socket);
        }
        Threads.start("client " + Sockets.peer(socket), () -> serve(socket));
    }

    private void serve(Socket socket) {
        try {
            service.accept(socket);
        } finally {
            connections.remove(socket);
        }
    }
}
