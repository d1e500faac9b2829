package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One address that sends to a UDP forward, and its channel, until nothing has passed for a while. */
final class UdpForwardPeer {
    /** Datagrams that wait for the channel; a service that is asked more at once has to ask again. */
    static final int MAX_WAITING = 1000;
    /** The same in bytes, for all addresses of a forward together. */
    static final long MAX_WAITING_BYTES = 4 << 20;
    private static final Slice END = Slice.of(new byte[0]);

    private static final System.Logger LOG = System.getLogger(UdpForwardPeer.class.getName());

    private final DatagramSocket socket;
    private final InetSocketAddress address;
    private final Endpoint target;
    private final TunnelEntry entry;
    private final Duration idleLimit;
    private final LinkedBlockingQueue<Slice> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final AtomicLong waitingBytes;
    private volatile long lastUse = System.nanoTime();
    private volatile boolean ended;

    /**
     * @param socket    where the address is answered from; owned by the forward
     * @param waitingBytes what waits at all addresses of the forward
     * @param idleLimit how long nothing may pass in either direction
     */
    UdpForwardPeer(DatagramSocket socket, InetSocketAddress address, Endpoint target, TunnelEntry entry,
            AtomicLong waitingBytes, Duration idleLimit) {
        this.waitingBytes = waitingBytes;
        this.idleLimit = idleLimit;
        this.socket = socket;
        this.address = address;
        this.target = target;
        this.entry = entry;
    }

    /** Takes a datagram of this address, and loses it where there is no room. */
    void offer(Slice payload) {
        boolean fits = waitingBytes.addAndGet(payload.length()) <= MAX_WAITING_BYTES;
        if (!fits || !waiting.offer(payload)) {
            waitingBytes.addAndGet(-payload.length());
            LOG.log(DEBUG, () -> "datagram of " + this + " dropped: too many wait");
        } else if (ended) {
            dropWaiting();
        }
    }

    void close() {
        ended = true;
        waiting.offer(END); // whoever finds no room for it does not wait
    }

    private void dropWaiting() {
        for (Slice payload = waiting.poll(); payload != null; payload = waiting.poll()) {
            waitingBytes.addAndGet(-payload.length());
        }
    }

    /** Sends what comes until it is closed or nothing has passed for a while. */
    void serve() {
        try {
            Channel channel = entry.associate(toString());
            try {
                Threads.start("udp forward answers", () -> answer(channel));
                send(channel);
            } finally {
                channel.discard("");
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "no forward to " + target + " for " + this + ": " + e.getMessage());
        } finally {
            ended = true;
            dropWaiting();
        }
    }

    private void send(Channel channel) throws IOException {
        DatagramGuard datagrams = entry.guard().forDatagrams(new ChannelAccount(channel),
                (payload, choices) -> channel.sendDatagram(payload, null, choices.get(0)));
        for (Slice payload = next(); payload != null; payload = next()) {
            datagrams.pass(payload, target, toString());
        }
    }

    /** Null at the end. */
    private Slice next() {
        try {
            for (long left = left(); left > 0 && !ended; left = left()) {
                Slice payload = waiting.poll(left, TimeUnit.NANOSECONDS);
                if (payload != null && payload != END) {
                    waitingBytes.addAndGet(-payload.length());
                    lastUse = System.nanoTime();
                    return payload;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private long left() {
        return idleLimit.toNanos() - (System.nanoTime() - lastUse);
    }

    private void answer(Channel channel) {
        try {
            for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
                channel.consumed(data);
                lastUse = System.nanoTime();
                deliver(Datagram.plain(data));
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "UDP channel of " + this + " ended: " + Reason.of(e));
        } finally {
            close();
        }
    }

    private void deliver(Slice payload) {
        try {
            socket.send(new DatagramPacket(payload.array(), payload.offset(), payload.length(), address));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "datagram to " + this + " dropped: " + e.getMessage());
        }
    }

    /** For logs. */
    @Override
    public String toString() {
        return "UDP client " + Endpoint.of(address) + " of a forward";
    }
}
