package io.linksocks.client;

import io.linksocks.relay.ChannelStreams;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A TCP connection that the other side of the tunnel has made, from {@link LinkSocksClient#dial(String, int)}. No socket and
 * no port of this machine take part. Where both sides know how to resume, it outlives the WebSocket that carries it.
 *
 * <p>Safe for use by several threads, though mostly one reads and one writes. Reading and writing block, cheaply on virtual
 * threads. An {@link IOException} says what happened:
 * <ul>
 * <li>{@link SocketException}: the connection was closed on this side, or broke off, and why;
 * <li>{@link SocketTimeoutException}: nothing came within the {@linkplain #readTimeout(Duration) read timeout}; the
 *     connection goes on;
 * <li>{@link java.io.InterruptedIOException}: the thread was interrupted, and still is. A read can be repeated; a write
 *     that had to wait has ended the connection, because nobody knows how much of it left.
 * </ul>
 */
public final class TunnelConnection implements Closeable {
    private final ChannelStreams streams;

    TunnelConnection(ChannelStreams streams) {
        this.streams = streams;
    }

    /**
     * The host that was asked for.
     *
     * @return a name or an address literal, as it was given
     */
    public String host() {
        return streams.target().host();
    }

    /**
     * The port that was asked for.
     *
     * @return 1 to 65535
     */
    public int port() {
        return streams.target().port();
    }

    /**
     * What the target says. The sender gets new credit as this is read, so what waits for a slow reader is bounded: by 16 MiB,
     * and mostly by 256 KiB. A large read costs less than many small ones; there is no need for a buffer around it otherwise.
     *
     * @return always the same stream; closing it closes the connection
     */
    public InputStream inputStream() {
        return streams.in();
    }

    /**
     * What the target is told. Each write leaves at once and blocks while the target takes nothing, so put a
     * {@link java.io.BufferedOutputStream} around it for many small ones; flushing has no effect.
     *
     * @return always the same stream; closing it closes the connection
     */
    public OutputStream outputStream() {
        return streams.out();
    }

    /**
     * Sets how long a read waits for data before it fails with a {@link SocketTimeoutException}. Holds from the next read on.
     *
     * @param timeout zero, as at the beginning, is for ever
     * @throws IllegalArgumentException when it is negative
     */
    public void readTimeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("negative read timeout " + timeout);
        }
        streams.readTimeout(timeout);
    }

    /**
     * Ends what the target is told; what it says can still be read. With a server that knows no half-close, the rest of the
     * answer is given until nothing of it has come for 10 seconds.
     *
     * @throws IOException when the connection has ended
     */
    public void shutdownOutput() throws IOException {
        streams.shutdownOutput();
    }

    /**
     * Ends both directions in good order: the target gets what was written, then the end. A thread that reads or writes gets
     * a {@link SocketException}. Returns at once; without effect when it is closed already.
     */
    @Override
    public void close() {
        streams.close();
    }

    /**
     * Ends both directions at once, and the target sees a reset: for a stream that is not complete and should not seem so.
     * Returns at once; without effect when it is closed already.
     */
    public void abort() {
        streams.abort();
    }

    /**
     * Whether it was closed on this side.
     *
     * @return true after {@link #close}, {@link #abort} or the closing of a stream
     */
    public boolean isClosed() {
        return streams.isClosed();
    }

    /** The streams, for what offers them in another form. */
    ChannelStreams streams() {
        return streams;
    }

    /** Names the target. */
    @Override
    public String toString() {
        return "connection to " + streams.target();
    }
}
