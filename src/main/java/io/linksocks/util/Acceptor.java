package io.linksocks.util;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Accepts connections of a port on a thread of its own. */
public final class Acceptor implements AutoCloseable {
    /** Between attempts after an error, such as too many open files. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int MAX_WAKES = 100;
    private static final Duration WAKE_PAUSE = Duration.ofMillis(10);
    private static final int WAKE_TIMEOUT_MILLIS = 1000;

    private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());

    private final RateLimitedLogger warning = new RateLimitedLogger(LOG);
    private final ServerSocket listener;
    private final Consumer<Socket> handler;
    private volatile Thread thread;
    private volatile boolean leaving;

    /**
     * @param listener bound already; owned by the acceptor from now on
     * @param handler gets every connection on the accepting thread, so it must not block
     */
    public Acceptor(ServerSocket listener, Consumer<Socket> handler) {
        this.listener = listener;
        this.handler = handler;
    }

    public void start(String name) {
        thread = Threads.start(name, this::acceptAll);
    }

    public boolean isClosed() {
        return listener.isClosed();
    }

    /** Closes the port and waits for the accepting thread to end, since only then is the port free. */
    @Override
    public void close() {
        Sockets.close(listener);
        LockSupport.unpark(thread);
        Threads.join(thread);
    }

    /**
     * Closes the port without losing a connection, for a process that shares it with its successor (SO_REUSEPORT). Linux resets
     * what waits in the queue of a listener that is closed, so the accepting thread empties the queue right before. A
     * connection to the port wakes that thread; the kernel may give it to the successor, so one may not suffice.
     */
    public void leave() {
        leaving = true;
        try {
            for (int attempt = 0; attempt < MAX_WAKES && !listener.isClosed(); attempt++) {
                wake();
                thread.join(WAKE_PAUSE);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "port " + listener.getLocalPort() + " accepts nothing: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    private void wake() throws IOException {
        InetAddress bound = listener.getInetAddress();
        InetAddress address = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(new InetSocketAddress(address, listener.getLocalPort()), WAKE_TIMEOUT_MILLIS);
        }
    }

    private void acceptRest() throws IOException {
        ServerSocketChannel channel = listener.getChannel();
        channel.configureBlocking(false);
        for (SocketChannel next = channel.accept(); next != null; next = channel.accept()) {
            hand(next.socket());
        }
        listener.close();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                hand(listener.accept());
                if (leaving) {
                    acceptRest();
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    warning.warn("can't accept connections on port " + listener.getLocalPort() + ": " + e.getMessage()
                            + "; retrying");
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private void hand(Socket socket) {
        try {
            handler.accept(socket);
        } catch (RuntimeException e) {
            Sockets.close(socket);
            Threads.reportError(e);
            LOG.log(System.Logger.Level.ERROR, "connection handler failed", e);
        }
    }
}
