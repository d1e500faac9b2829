package io.linksocks.websocket;

import io.linksocks.http.HttpException;
import io.linksocks.http.RequestHead;
import io.linksocks.protocol.Link;
import io.linksocks.protocol.Slice;
import io.linksocks.util.CountedOutput;
import io.linksocks.util.DeadlineOutput;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** The server's end of a WebSocket (RFC 6455). The receiving thread writes nothing but the last Close. */
public final class ServerWebSocket implements Link {
    private static final Logger LOG = System.getLogger(ServerWebSocket.class.getName());
    /** How long the close handshake may take. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    /** How long writing a Close may take, and what is being written before it. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Socket socket;
    private final LinkInput in;
    private final FrameReader reader;
    private final FrameSender sender;
    private final String peer;
    /** Null when the output counts nothing. */
    private final CountedOutput counted;
    /** What was written before the first message. */
    private final long before;
    private final int sendBuffer;
    private volatile boolean closing;

    /** Guards reader and ended; held while waiting for the peer. */
    private final ReentrantLock receiving = new ReentrantLock();
    private boolean ended;

    private ServerWebSocket(Socket socket, InputStream in, OutputStream out, String peer) throws SocketException {
        boolean plain = out instanceof DeadlineOutput;
        this.counted = out instanceof CountedOutput output ? output : null;
        this.before = counted == null ? 0 : counted.written();
        this.sendBuffer = socket.getSendBufferSize();
        this.socket = socket;
        this.in = new LinkInput(in, plain ? socket.getChannel() : null);
        this.reader = new FrameReader(this.in, true, Link.MESSAGE_LIMIT);
        this.sender = new FrameSender(new FrameWriter(out), this::abort);
        this.peer = peer;
    }

    /**
     * Accepts the opening handshake and takes over the connection.
     *
     * @param peer its address for logs
     * @throws HttpException when the request is not a valid handshake; nothing has been written then
     */
    public static ServerWebSocket accept(RequestHead head, Socket socket, InputStream in, OutputStream out, String peer)
            throws IOException {
        out.write(Handshake.accept(head));
        return new ServerWebSocket(socket, in, out, peer);
    }

    @Override
    public void send(Slice message) throws IOException {
        sender.message(message);
    }

    @Override
    public long written() {
        return counted == null ? 0 : counted.written() - before;
    }

    /** Half of the send buffer is left to what is written meanwhile, such as pongs, and what the system counts besides. */
    @Override
    public boolean isReady(long unconfirmed, int length) {
        return counted != null && unconfirmed + counted.cost(length) <= sendBuffer / 2;
    }

    @Override
    public Slice receive() throws IOException {
        receiving.lock();
        try {
            return ended ? null : readMessage();
        } finally {
            receiving.unlock();
        }
    }

    /** Like {@link #receive()}, with a lower limit for the size of the message. */
    public Slice receive(int limit) throws IOException {
        receiving.lock();
        try {
            reader.limit(limit);
            return receive();
        } finally {
            reader.limit(Link.MESSAGE_LIMIT);
            receiving.unlock();
        }
    }

    private Slice readMessage() throws IOException {
        try {
            Slice message = null;
            while (message == null && !ended) {
                message = handle(reader.read());
            }
            return message;
        } catch (WebSocketException e) {
            fail(e);
            throw e;
        } catch (IOException e) {
            ended = true;
            abort();
            if (closing) {
                return null;
            }
            throw e;
        }
    }

    private Slice handle(FrameEvent event) {
        switch (event) {
            case FrameEvent.Message message -> {
                return closing ? null : message.data();
            }
            case FrameEvent.Ping ping -> sender.pong(ping.payload());
            case FrameEvent.Pong pong -> sender.roundTrip().pong(ByteBuffer.wrap(pong.payload()));
            case FrameEvent.Close close -> answerClose(close);
        }
        return null;
    }

    /** Responds with the code of the peer's Close, and closes the connection (RFC 6455, section 7.1.1). */
    private void answerClose(FrameEvent.Close close) {
        ended = true;
        LOG.log(Level.DEBUG, "{0} closed with code {1}", peer, Integer.toString(close.code()));
        sendClose(close.code(), "");
        abort();
    }

    /** Sends a Close with the code of the violation, and ignores further input (RFC 6455, section 7.1.7). */
    private void fail(WebSocketException violation) {
        ended = true;
        sendClose(violation.code(), violation.getMessage());
        try {
            Sockets.linger(socket);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} did not wait for its close: {1}", peer, e.getMessage());
        }
    }

    private void sendClose(int code, String reason) {
        TimeLimit limit = new TimeLimit(CLOSE_LIMIT, this::abort);
        try (limit) {
            sender.close(code, reason);
        }
    }

    @Override
    public void ping() {
        sender.ping();
    }

    @Override
    public long lastHeard() {
        return in.lastHeard();
    }

    @Override
    public long roundTrip() {
        return sender.roundTrip().nanos();
    }

    /** Reads until the peer's Close on a thread of its own, because the caller may be the receiving thread. */
    @Override
    public void close(int code, String reason) {
        closing = true;
        sendClose(code, reason);
        Thread waiting = Threads.start("websocket close", this::awaitAnswer);
        try {
            waiting.join(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abort();
        }
    }

    private void awaitAnswer() {
        try {
            receive();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} did not answer the close: {1}", peer, e.getMessage());
        }
    }

    @Override
    public void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close the connection to {0}: {1}", peer, e.getMessage());
        }
    }

    @Override
    public String peer() {
        return peer;
    }
}
