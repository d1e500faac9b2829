package io.linksocks.e2e;

import io.linksocks.util.Sockets;
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

    /** Connections so far that lead to the server, or were refused. */
    int connections() {
        return accepted.get();
    }

    /** Connections that were cut because they had carried the bytes that they were given. */
    int cuts() {
        return cut.get();
    }

    // --- what goes wrong -------------------------------------------------------------------------------------------------

    /**
     * One of the coming connections, in the order of these calls, is reset when it has carried so many bytes. If it ends before,
     * another one is.
     */
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
        open.forEach(Connection::leaveServerHalfOpen);
    }

    /** From now on nobody reads what the two ends send on the present connections, until their buffers are full. */
    void blackhole() {
        blackholeAfter(0);
    }

    /** The same when they have carried so many bytes more. */
    void blackholeAfter(long bytes) {
        open.forEach(connection -> connection.stuckAfter = connection.carried.get() + bytes);
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
                if (refusing) {
                    Sockets.reset(client);
                } else {
                    connect(client);
                }
                accepted.incrementAndGet();
            } catch (IOException e) {
                trace(e);
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
            trace(e);
            Sockets.reset(client);
            return;
        }
        Long bytes = cuts.poll();
        Connection connection = new Connection(client, server, bytes == null ? Long.MAX_VALUE : bytes);
        open.add(connection);
        connection.start();
        if (listener.isClosed()) {
            connection.reset();
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
        final AtomicLong carried = new AtomicLong();
        private final long cutAfter;
        private final CountDownLatch over = new CountDownLatch(1);
        private final AtomicInteger pumps = new AtomicInteger(2);
        private volatile boolean halfOpen;
        volatile long stuckAfter = Long.MAX_VALUE;

        Connection(Socket client, Socket server, long cutAfter) {
            this.client = client;
            this.server = server;
            this.cutAfter = cutAfter;
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
            } finally {
                if (pumps.decrementAndGet() == 0) {
                    end();
                }
            }
        }

        private boolean carry(byte[] piece, int count, OutputStream out) throws IOException, InterruptedException {
            long before = carried.getAndAdd(count);
            if (before + count > stuckAfter) {
                over.await();
            }
            if (before + count >= cutAfter) {
                if (before < cutAfter) {
                    out.write(piece, 0, (int) (cutAfter - before));
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
            forget();
            over.countDown();
            Sockets.reset(client);
            Sockets.reset(server);
        }

        /** Both directions have ended. */
        private void end() {
            forget();
            Sockets.close(client);
            Sockets.close(server);
        }

        private void forget() {
            if (open.remove(this) && cutAfter < Long.MAX_VALUE && carried.get() < cutAfter) {
                cuts.add(cutAfter);
            }
        }

        /** What still comes from the server goes nowhere. */
        void leaveServerHalfOpen() {
            halfOpen = true;
            Sockets.reset(client);
        }
    }
}
