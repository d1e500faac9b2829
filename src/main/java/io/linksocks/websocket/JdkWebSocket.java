package io.linksocks.websocket;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.LogName;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/** The client's end of a WebSocket, over {@link java.net.http.WebSocket}; owns its HTTP client. */
public final class JdkWebSocket implements Link {
    private static final Logger LOG = System.getLogger(JdkWebSocket.class.getName());
    /** How long the close handshake may take. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient client;
    private final WebSocket socket;
    private final JdkListener listener;
    private final String peer;
    private volatile boolean closing;
    /** Held while a message is sent, because the JDK refuses a second one meanwhile. */
    private final Semaphore sending = new Semaphore(1);

    JdkWebSocket(HttpClient client, WebSocket socket, JdkListener listener, Endpoint peer) {
        this.client = client;
        this.socket = socket;
        this.listener = listener;
        this.peer = peer.toString();
    }

    /**
     * Opens a WebSocket, following up to five redirects.
     *
     * @throws HandshakeException when the server did not accept the WebSocket
     * @throws IOException when the server could not be reached in time
     */
    public static JdkWebSocket connect(ConnectOptions options) throws IOException {
        return new Opening(options).open();
    }

    @Override
    public void send(Slice message) throws IOException {
        sending.acquireUninterruptibly();
        try {
            await(socket.sendBinary(message.toBuffer(), true));
        } finally {
            sending.release();
        }
    }

    /** The JDK never blocks; what the system does not take at once it writes when it can. */
    @Override
    public boolean isReady(long unconfirmed, int length) {
        return sending.availablePermits() > 0;
    }

    @Override
    public CompletableFuture<?> start(Slice message) {
        if (!sending.tryAcquire()) {
            return CompletableFuture.failedFuture(new IOException("another message is being sent to " + peer));
        }
        return socket.sendBinary(message.toBuffer(), true).whenComplete((sent, failure) -> {
            Threads.reportError(failure);
            sending.release();
        });
    }

    /** Ignores interrupts: the JDK still reads the message, and other threads use the link. */
    private void await(CompletableFuture<WebSocket> sent) throws IOException {
        try {
            sent.join();
        } catch (CompletionException e) {
            Threads.reportError(e);
            fail();
            throw new IOException("cannot send to " + peer + ": " + Opening.describe(e.getCause()), e.getCause());
        }
    }

    /** Aborts the link, because the JDK may not report the failure elsewhere; but not during the close handshake. */
    private void fail() {
        if (!closing) {
            abort();
        }
    }

    @Override
    public Slice receive() throws IOException {
        try {
            Slice message = listener.queue().take();
            if (message == null) {
                finish();
            } else {
                listener.proceed(socket);
            }
            return message;
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    /** The receiver is called by the JDK's selector thread, which serves only this WebSocket; the caller waits for the end. */
    @Override
    public void receiveAll(Receiver receiver) throws IOException {
        while (!listener.queue().bypass(named(receiver))) {
            Slice message = receive();
            if (message == null || !receiver.take(message)) {
                return;
            }
        }
        receive();
    }

    private static Receiver named(Receiver receiver) {
        String name = LogName.current();
        return name == null ? receiver : message -> {
            LogName.set(name);
            return receiver.take(message);
        };
    }

    /** The JDK refuses a ping while another is being sent, which is then enough. */
    @Override
    public void ping() {
        socket.sendPing(ByteBuffer.wrap(listener.roundTrip().ping())).whenComplete((sent, e) -> {
            Threads.reportError(e);
            if (e instanceof IOException) {
                LOG.log(Level.DEBUG, "cannot ping {0}: {1}", peer, Opening.describe(e));
                fail();
            }
        });
    }

    /** What the server gave as the reason when it closed the WebSocket; empty for none. */
    public String closeReason() {
        return listener.closeReason();
    }

    @Override
    public long lastHeard() {
        return listener.lastHeard();
    }

    @Override
    public long roundTrip() {
        return listener.roundTrip().nanos();
    }

    @Override
    public void close(int code, String reason) {
        closing = true;
        listener.queue().discard();
        listener.proceed(socket);
        socket.sendClose(JdkListener.sendable(code), FrameEvent.Close.cut(reason));
        try {
            if (listener.queue().awaitEnd(CLOSE_TIMEOUT)) {
                finish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listener.queue().end(null);
            abort();
        }
    }

    /** Lets the JDK send its response to a Close, then aborts. */
    private void finish() {
        client.shutdown();
        try {
            client.awaitTermination(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abort();
        }
    }

    @Override
    public void abort() {
        listener.queue().end(new IOException("WebSocket was aborted"));
        socket.abort();
        client.shutdownNow();
    }

    @Override
    public String peer() {
        return peer;
    }
}
