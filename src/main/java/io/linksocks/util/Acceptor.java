package io.linksocks.util;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Accepts connections of a port on a thread of its own. */
public final class Acceptor implements AutoCloseable {
    /** Between attempts after an error, such as too many open files. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final System.Logger LOG = System.getLogger(Acceptor.class.getName());

    private final RateLimitedLogger warning = new RateLimitedLogger(LOG);
    private final ServerSocket listener;
    private final Consumer<Socket> handler;
    private volatile Thread thread;

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

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                hand(listener.accept());
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
