package io.linksocks.client;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Bounds;
import io.linksocks.util.Endpoint;
import io.linksocks.util.TimeText;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A UDP port at the other side of the tunnel, from {@link LinkSocksClient#openDatagrams}. It sends datagrams to any target and
 * receives whatever arrives there. It uses no socket and no port of this machine.
 *
 * <p>As always with UDP, datagrams may be lost: when they are too long for the network, when nobody listens or when the
 * {@linkplain LinkSocksClientBuilder#accessRules rules} of either side forbid the target, none of which is reported; and when
 * 1000 datagrams or 4 MiB wait to be received. While the connection to the server is lost or congested, sending waits.
 *
 * <p>Thread-safe; usually one thread sends and one receives. The type of an {@link IOException} says what happened:
 * <ul>
 * <li>{@link SocketException}: the tunnel was closed on this side or ended, after which another one has to be opened;
 * <li>{@link SocketTimeoutException}: no datagram arrived in time;
 * <li>{@link InterruptedIOException}: the thread was interrupted, and its flag is still set.
 * </ul>
 */
public final class DatagramTunnel implements Closeable {
    /** The largest payload in bytes; over IPv4 it is 20 bytes less. */
    public static final int MAX_PAYLOAD = DatagramPath.MAX_DATAGRAM;

    private static final String NAME = "datagram tunnel";

    private final Channel channel;
    private final DatagramGuard datagrams;
    /** Held by the thread that receives, while it waits. Whoever closes the channel wakes it without it. */
    private final ReentrantLock receiving = new ReentrantLock();
    private volatile boolean closed;

    /**
     * A datagram that has arrived.
     *
     * @param host the address that it came from, as a literal
     * @param port the port that it came from
     * @param payload its content, which is not used elsewhere
     */
    public record Received(String host, int port, byte[] payload) {}

    /** @param channel a confirmed one for datagrams */
    DatagramTunnel(Channel channel, DestinationGuard guard) {
        this.channel = channel;
        this.datagrams = ChannelAccount.guard(channel, guard);
    }

    /**
     * Sends a datagram.
     *
     * @param host a name, which the other side of the tunnel looks up, or an address literal
     * @param port 1 to 65535
     * @param payload up to {@link #MAX_PAYLOAD} bytes, which may be changed again afterwards
     * @throws IOException when the tunnel has ended, but not when the datagram is lost
     * @throws IllegalArgumentException when host or port are malformed, or the payload is longer
     */
    public void send(String host, int port, byte[] payload) throws IOException {
        Endpoint target = TunnelDialer.target(host, port);
        Bounds.range("payload", payload.length, 0, MAX_PAYLOAD);
        refuseWhenClosed();
        try {
            datagrams.pass(Slice.of(payload), target, TunnelDialer.ASKER);
        } catch (ChannelException e) {
            throw explain(e);
        }
    }

    /**
     * Waits for the next datagram, from whatever address.
     *
     * @param timeout a millisecond to a year
     * @return the datagram with its source
     * @throws SocketTimeoutException when none arrives in time
     * @throws IOException when the tunnel has ended
     * @throws IllegalArgumentException when the timeout is out of range
     */
    public Received receive(Duration timeout) throws IOException {
        long deadline = System.nanoTime() + Bounds.positive("timeout", timeout).toNanos();
        try {
            if (!receiving.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw late(timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted at the " + NAME);
        }
        try {
            return receive(deadline, timeout);
        } catch (ChannelException e) {
            throw explain(e);
        } catch (ProtocolException e) {
            channel.close("malformed data");
            throw new SocketException(NAME + " broke off: " + e.getMessage());
        } finally {
            receiving.unlock();
        }
    }

    private Received receive(long deadline, Duration timeout) throws IOException {
        while (true) {
            refuseWhenClosed();
            if (!channel.awaitData(Duration.ofNanos(deadline - System.nanoTime()))) {
                throw late(timeout);
            }
            Message.Data data = channel.receive();
            if (data == null) {
                refuseWhenClosed();
                throw new SocketException(NAME + " was closed by the other side");
            }
            channel.consumed(data);
            Endpoint source = data.source() == null ? data.target() : data.source();
            if (source != null) {
                return new Received(source.host(), source.port(), Datagram.plain(data).toBytes());
            }
        }
    }

    private static SocketTimeoutException late(Duration timeout) {
        return new SocketTimeoutException("no datagram within " + TimeText.of(timeout));
    }

    private void refuseWhenClosed() throws SocketException {
        if (closed) {
            throw new SocketException(NAME + " is closed");
        }
    }

    private IOException explain(ChannelException failure) {
        return ChannelStreams.explain(failure, NAME, closed);
    }

    /**
     * Closes the port at the other side. A blocked thread gets a {@link SocketException}. Returns at once; does nothing when the
     * tunnel is closed already.
     */
    @Override
    public void close() {
        closed = true;
        channel.discard("");
    }

    /**
     * Returns whether the tunnel was closed on this side.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return closed;
    }
}
