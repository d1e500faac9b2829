package io.linksocks.client;

import io.linksocks.relay.ChannelStreams;
import io.linksocks.util.Bounds;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A TCP connection that the other side of the tunnel has made, from {@link LinkSocksClient#dial(String, int)}. It uses no
 * socket and no port of this machine. If both sides support resuming, it survives the WebSocket that carries it.
 *
 * <p>Thread-safe; usually one thread reads and one writes. Reading and writing block, which is cheap on virtual threads. The
 * type of an {@link IOException} says what happened:
 * <ul>
 * <li>{@link SocketException}: the connection was closed on this side, or broke off;
 * <li>{@link SocketTimeoutException}: no data arrived within the {@linkplain #readTimeout(Duration) read timeout}; the
 *     connection stays open;
 * <li>{@link java.io.InterruptedIOException}: the thread was interrupted, and its flag is still set. A read can be repeated;
 *     a write that had to wait has ended the connection, because it is unknown how much was sent.
 * </ul>
 */
public final class TunnelConnection implements Closeable {
    private final ChannelStreams streams;

    TunnelConnection(ChannelStreams streams) {
        this.streams = streams;
    }

    /**
     * Returns the host of the target.
     *
     * @return a name or an address literal, as passed to {@code dial}
     */
    public String host() {
        return streams.target().host();
    }

    /**
     * Returns the port of the target.
     *
     * @return 1 to 65535
     */
    public int port() {
        return streams.target().port();
    }

    /**
     * Returns the stream of the target's data. The sender gets new credit as this is read, so at most 16 MiB, and usually
     * 256 KiB, wait for a slow reader. It needs no buffer around it unless reads are small.
     *
     * @return always the same stream; closing it closes the connection
     */
    public InputStream inputStream() {
        return streams.in();
    }

    /**
     * Returns the stream to the target. Each write is sent at once and blocks while the target reads nothing; flushing has no
     * effect. Put a {@link java.io.BufferedOutputStream} around it for many small writes.
     *
     * @return always the same stream; closing it closes the connection
     */
    public OutputStream outputStream() {
        return streams.out();
    }

    /**
     * Sets how long a read waits for data before it fails with a {@link SocketTimeoutException}, from the next read on.
     *
     * @param timeout zero, the default, for no timeout
     * @throws IllegalArgumentException when it is negative
     */
    public void readTimeout(Duration timeout) {
        streams.readTimeout(Bounds.notNegative("readTimeout", timeout));
    }

    /**
     * Ends the stream to the target; its data can still be read. If the server does not support half-close, the connection ends
     * once no data has arrived for 10 seconds.
     *
     * @throws IOException when the connection has ended
     */
    public void shutdownOutput() throws IOException {
        streams.shutdownOutput();
    }

    /**
     * Closes the connection gracefully: the target gets what was written, then the end. A blocked thread gets a
     * {@link SocketException}. Returns at once; does nothing when the connection is closed already.
     */
    @Override
    public void close() {
        streams.close();
    }

    /**
     * Closes the connection with a reset for the target, so that an incomplete stream does not look complete. Returns at once;
     * does nothing when the connection is closed already.
     */
    public void abort() {
        streams.abort();
    }

    /**
     * Returns whether the connection was closed on this side.
     *
     * @return true after {@link #close}, {@link #abort} or the closing of a stream
     */
    public boolean isClosed() {
        return streams.isClosed();
    }

    /** The streams, for sockets. */
    ChannelStreams streams() {
        return streams;
    }

    /** Names the target. */
    @Override
    public String toString() {
        return "connection to " + streams.target();
    }
}
