package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DatagramPath;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A local UDP port that leads to one target: each address that sends to it gets a channel, as behind a NAT. */
final class UdpForward implements SocksIngress.Port {
    /** Addresses at one time; a single service has fewer clients. */
    static final int MAX_PEERS = 1024;
    /** Datagrams of one address that wait for its channel. */
    static final int MAX_WAITING = 1000;
    /** The same in bytes, for all addresses together. */
    static final long MAX_WAITING_BYTES = 4 << 20;
    /** After so much silence in both directions the channel of an address is closed. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    private static final Slice END = Slice.of(new byte[0]);

    private static final System.Logger LOG = System.getLogger(UdpForward.class.getName());

    private final RateLimitedLogger warning = new RateLimitedLogger(LOG);
    private final DatagramSocket socket;
    private final Endpoint target;
    private final TunnelEntry entry;
    private final Duration idleLimit;
    private final ConcurrentHashMap<InetSocketAddress, Peer> peers = new ConcurrentHashMap<>();
    /** Of all addresses together. */
    final AtomicLong waitingBytes = new AtomicLong();
    private final Thread receiver;

    /** @param socket bound already; owned by the forward from now on */
    UdpForward(DatagramSocket socket, Endpoint target, TunnelEntry entry) {
        this(socket, target, entry, IDLE_LIMIT);
    }

    UdpForward(DatagramSocket socket, Endpoint target, TunnelEntry entry, Duration idleLimit) {
        this.idleLimit = idleLimit;
        this.socket = socket;
        this.target = target;
        this.entry = entry;
        this.receiver = Threads.start("udp forward " + socket.getLocalPort(), this::receiveAll);
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    /** Datagrams may be lost, so their addresses begin anew elsewhere. */
    @Override
    public void leave() {
        close();
    }

    @Override
    public void close() {
        Sockets.close(socket);
        Threads.join(receiver);
        peers.values().forEach(Peer::close);
    }

    private void receiveAll() {
        DatagramPacket packet = new DatagramPacket(new byte[DatagramPath.MAX_DATAGRAM], DatagramPath.MAX_DATAGRAM);
        while (!socket.isClosed()) {
            try {
                packet.setLength(DatagramPath.MAX_DATAGRAM);
                socket.receive(packet);
                pass(packet);
            } catch (IOException e) {
                // Not the end: some systems report here that an earlier answer could not be delivered.
                LOG.log(DEBUG, () -> "forward to " + target + ": " + e.getMessage());
            }
        }
    }

    private void pass(DatagramPacket packet) {
        InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
        if (!peers.containsKey(from) && peers.size() >= MAX_PEERS) {
            warning.warn("a datagram to " + target + " was dropped: " + MAX_PEERS + " addresses use the forward");
            return;
        }
        byte[] payload = Arrays.copyOfRange(packet.getData(), packet.getOffset(),
                packet.getOffset() + packet.getLength());
        peers.computeIfAbsent(from, this::newPeer).offer(Slice.of(payload));
    }

    private Peer newPeer(InetSocketAddress from) {
        Peer peer = new Peer(from);
        Threads.start("udp forward of " + Endpoint.of(from), () -> {
            try {
                peer.serve();
            } finally {
                peers.remove(from, peer);
            }
        });
        return peer;
    }

    /** One address that sends to the port, and its channel, until it is idle for too long. */
    final class Peer {
        private final InetSocketAddress address;
        private final LinkedBlockingQueue<Slice> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
        private volatile long lastUse = System.nanoTime();
        private volatile boolean ended;

        Peer(InetSocketAddress address) {
            this.address = address;
        }

        /** Queues a datagram of this address, or drops it when the queue is full. */
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
            // With a full queue the thread that takes from it does not wait.
            waiting.offer(END);
        }

        private void dropWaiting() {
            for (Slice payload = waiting.poll(); payload != null; payload = waiting.poll()) {
                waitingBytes.addAndGet(-payload.length());
            }
        }

        /** Sends the queued datagrams until the peer is closed or idle. */
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
}
