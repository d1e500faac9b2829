package io.linksocks.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Comparator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A bad network between client and server: every TCP connection goes through here and may come to grief. */
final class CuttingRelay implements AutoCloseable {
    private static final int PIECE = 16 << 10;

    private final ServerSocket listener;
    private final Queue<Long> cuts = new ConcurrentLinkedQueue<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private volatile int target;
    private volatile boolean refusing;

    CuttingRelay(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("relay").start(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections so far. */
    int connections() {
        return accepted.get();
    }

    /** Connections that were cut because they had carried the bytes that they were given. */
    int cuts() {
        return cut.get();
    }

    // --- what goes wrong -------------------------------------------------------------------------------------------------

    /** One of the coming connections, in the order of these calls, is reset when it has carried so many bytes. */
    void cutAfter(long bytes) {
        cuts.add(bytes);
    }

    /** Resets all connections now. */
    void cutAll() {
        open.forEach(Connection::reset);
    }

    /** Resets the oldest connection. */
    void cutOldest() {
        open.stream().min(Comparator.comparing(connection -> connection.number)).ifPresent(Connection::reset);
    }

    /** The client sees a reset, and the server nothing at all. */
    void leaveServerHalfOpen() {
        open.forEach(connection -> connection.leaveHalfOpen(connection.client));
    }

    /** The server sees a reset, and the client nothing at all. */
    void leaveClientHalfOpen() {
        open.forEach(connection -> connection.leaveHalfOpen(connection.server));
    }

    /** From now on nobody reads what the two ends send on the present connections, until their buffers are full. */
    void blackhole() {
        open.forEach(connection -> connection.stuck = true);
    }

    /** From now on new connections are reset at once. */
    void refuse(boolean value) {
        refusing = value;
    }

    /** New connections go to another server. */
    void redirect(int port) {
        target = port;
    }

    // --- the relay itself --------------------------------------------------------------------------------------------------

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                if (refusing) {
                    reset(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                trace(e);
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
            reset(client);
            throw e;
        }
        Long bytes = cuts.poll();
        Connection connection = new Connection(client, server, bytes == null ? Long.MAX_VALUE : bytes);
        open.add(connection);
        connection.start();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            trace(e);
        }
    }

    private static void trace(IOException e) {
        System.getLogger(CuttingRelay.class.getName()).log(System.Logger.Level.TRACE, "relay", e);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cutAll();
    }

    private final class Connection {
        final Socket client;
        final Socket server;
        final int number = accepted.get();
        private final AtomicLong left;
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile boolean halfOpen;
        volatile boolean stuck;

        Connection(Socket client, Socket server, long left) {
            this.client = client;
            this.server = server;
            this.left = new AtomicLong(left);
        }

        void start() {
            Thread.ofVirtual().name("relay up").start(() -> pump(client, server));
            Thread.ofVirtual().name("relay down").start(() -> pump(server, client));
        }

        private void pump(Socket from, Socket to) {
            try {
                from.setTcpNoDelay(true);
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] piece = new byte[PIECE];
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    if (stuck) {
                        over.await();
                    }
                    if (!carry(piece, count, out)) {
                        return;
                    }
                }
                to.shutdownOutput();
            } catch (IOException e) {
                trace(e);
                if (!halfOpen) {
                    reset();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean carry(byte[] piece, int count, OutputStream out) throws IOException {
            long rest = left.getAndAdd(-count);
            if (rest <= count) {
                if (rest > 0) {
                    out.write(piece, 0, (int) rest);
                    cut.incrementAndGet();
                }
                reset();
                return false;
            }
            if (!halfOpen) {
                out.write(piece, 0, count);
            }
            return true;
        }

        void reset() {
            open.remove(this);
            over.countDown();
            CuttingRelay.reset(client);
            CuttingRelay.reset(server);
        }

        /** What still comes from the other end goes nowhere. */
        void leaveHalfOpen(Socket lost) {
            halfOpen = true;
            CuttingRelay.reset(lost);
        }
    }
}
