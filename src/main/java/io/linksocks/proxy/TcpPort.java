package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.relay.TcpRelay;
import io.linksocks.util.Acceptor;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** A local TCP port: a limited number of connections, each with a thread of its own. */
final class TcpPort implements SocksIngress.Port {
    private static final System.Logger LOG = System.getLogger(TcpPort.class.getName());

    /** More than a connection takes on average. */
    private static final int HEAP_PER_CONNECTION = 16 << 10;
    /** For the connections to all ports of the process, which would fill the heap before they have a channel that is charged. */
    private static final Semaphore ROOM_IN_HEAP = new Semaphore(
            (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / HEAP_PER_CONNECTION));

    /** What a port does with a client. */
    @FunctionalInterface
    interface Service {
        /**
         * Serves a client until it has its channel, or its connection is over.
         *
         * @return a relay that has begun and closes the socket; null when the port is to close it
         */
        TcpRelay serve(LocalClient client) throws IOException;
    }

    private final InetSocketAddress address;
    private final Acceptor acceptor;
    private final EntryOptions options;
    private final Semaphore room;
    private final Service service;
    private final RateLimitedLogger full = new RateLimitedLogger(LOG);
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** @param listener bound already; owned by the port from now on */
    TcpPort(ServerSocket listener, EntryOptions options, Service service) {
        this(listener, options, ROOM_IN_HEAP, service);
    }

    /** @param room for connections, here and elsewhere */
    TcpPort(ServerSocket listener, EntryOptions options, Semaphore room, Service service) {
        this.options = options;
        this.room = room;
        this.service = service;
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        this.acceptor = new Acceptor(listener, this::admit);
        acceptor.start("local port " + listener.getLocalPort());
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void leave() {
        acceptor.leave();
    }

    /** Frees the port and resets all its connections, so that none looks complete. */
    @Override
    public void close() {
        acceptor.close();
        connections.forEach(Sockets::reset);
    }

    /** A client that has not asked for anything yet can't be answered: above the limits it is closed at once. */
    private void admit(Socket socket) {
        if (connections.size() >= options.maxConnections()) {
            refuse(socket, "the maximum of " + options.maxConnections()
                    + " connections to this port is reached; allow more with maxConnections(...)");
        } else if (!room.tryAcquire()) {
            refuse(socket, "there is too little memory for more connections; increase the heap with -Xmx");
        } else {
            begin(socket);
        }
    }

    private void refuse(Socket socket, String why) {
        options.counters().refusedConnections.increment();
        full.warn("client " + Sockets.peer(socket) + " refused: " + why);
        Sockets.close(socket);
    }

    private void begin(Socket socket) {
        connections.add(socket);
        // Checked after the registration, so that close() misses no connection.
        if (acceptor.isClosed()) {
            Sockets.close(socket);
        }
        Threads.start("client " + Sockets.peer(socket), () -> serve(socket));
    }

    private void end(Socket socket) {
        connections.remove(socket);
        room.release();
    }

    private void serve(Socket socket) {
        TcpRelay relay = null;
        try {
            relay = service.serve(new LocalClient(socket));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "client " + socket.getRemoteSocketAddress() + " is not served: " + e.getMessage());
        } finally {
            if (relay == null) {
                Sockets.close(socket);
                end(socket);
            }
        }
        if (relay != null) {
            start(relay, socket);
        }
    }

    /** On a new thread, whose stack stays small in the heap: that of this one keeps the size that the handshake needed. */
    private void start(TcpRelay relay, Socket socket) {
        Threads.start(Thread.currentThread().getName(), () -> {
            try {
                relay.run();
            } finally {
                end(socket);
            }
        });
    }
}
