package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DatagramPath;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.relay.QuietSocket;
import io.linksocks.relay.UdpRelay;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    private final DatagramChannel socket;
    private final InetSocketAddress address;
    private final Endpoint target;
    private final TunnelEntry entry;
    private final Duration idleLimit;
    private final ConcurrentHashMap<InetSocketAddress, Peer> peers = new ConcurrentHashMap<>();
    /** Those with answers to deliver. */
    private final Queue<Peer> answered = new ConcurrentLinkedQueue<>();
    /** Of all addresses together. */
    final AtomicLong waitingBytes = new AtomicLong();
    private final Quiet quiet;
    private final Thread receiver;

    /** @param socket bound already; owned by the forward from now on */
    UdpForward(DatagramChannel socket, Endpoint target, TunnelEntry entry) {
        this(socket, target, entry, IDLE_LIMIT);
    }

    UdpForward(DatagramChannel socket, Endpoint target, TunnelEntry entry, Duration idleLimit) {
        this.idleLimit = idleLimit;
        this.socket = socket;
        this.address = new InetSocketAddress(socket.socket().getLocalAddress(), socket.socket().getLocalPort());
        this.target = target;
        this.entry = entry;
        this.quiet = new Quiet();
        this.receiver = Threads.start("udp forward " + address.getPort(), this::receiveAll);
    }

    @Override
    public InetSocketAddress address() {
        return address;
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
        while (socket.isOpen()) {
            try {
                quiet.awaitTraffic();
                ByteBuffer buffer = ByteBuffer.allocate(DatagramPath.MAX_DATAGRAM);
                for (int i = 0; i < UdpRelay.IN_A_ROW; i++) {
                    receive(buffer);
                }
            } catch (IOException e) {
                // Not the end: some systems report here that an earlier answer could not be delivered.
                LOG.log(DEBUG, () -> "forward to " + target + ": " + Reason.of(e));
            }
        }
    }

    /**
     * Receives a datagram, which goes to its channel at once if nothing has to wait.
     *
     * @return false when there is none, and the socket is a non-blocking one
     */
    private boolean receive(ByteBuffer buffer) throws IOException {
        InetSocketAddress from = (InetSocketAddress) socket.receive(buffer.clear());
        if (from == null) {
            return false;
        }
        if (!peers.containsKey(from) && peers.size() >= MAX_PEERS) {
            warning.warn("a datagram to " + target + " was dropped: " + MAX_PEERS + " addresses use the forward");
            return true;
        }
        Peer peer = peers.computeIfAbsent(from, this::newPeer);
        Slice payload = Slice.of(DatagramPath.content(buffer));
        if (!peer.trySend(payload)) {
            peer.offer(payload);
        }
        return true;
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
        /** For logs. */
        private final String name;
        private final LinkedBlockingQueue<Slice> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
        private volatile long lastUse = System.nanoTime();
        private volatile boolean ended;
        private volatile Channel channel;
        /** Null until the channel is open. */
        private volatile DatagramGuard datagrams;
        /** Received and not delivered; null for nothing. */
        private Message.Data undelivered;

        Peer(InetSocketAddress address) {
            this.address = address;
            this.name = "UDP client " + Endpoint.of(address) + " of a forward";
        }

        /** Sends a datagram of this address, unless something has to wait. */
        boolean trySend(Slice payload) {
            DatagramGuard guard = datagrams;
            if (guard == null || !waiting.isEmpty()) {
                return false;
            }
            lastUse = System.nanoTime();
            try {
                return guard.tryPass(payload, target, name, this::trySend);
            } catch (IOException e) {
                // The thread gets it as well.
                return false;
            }
        }

        private boolean trySend(Slice payload, List<Endpoint> choices) throws IOException {
            return channel.trySendDatagram(payload, null, choices.get(0));
        }

        /** Queues a datagram of this address, or drops it when the queue is full. */
        void offer(Slice payload) {
            boolean fits = waitingBytes.addAndGet(payload.length()) <= MAX_WAITING_BYTES;
            if (!fits || !waiting.offer(payload)) {
                waitingBytes.addAndGet(-payload.length());
                LOG.log(DEBUG, () -> "datagram of " + name + " dropped: too many wait");
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
                if (ended) {
                    return;
                }
                channel = entry.associate(name, address.getAddress());
                try {
                    if (channel.isReadyOr(this::onArrival)) {
                        onArrival();
                    }
                    send();
                } finally {
                    channel.discard("");
                }
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "no forward to " + target + " for " + name + ": " + e.getMessage());
            } finally {
                ended = true;
                dropWaiting();
            }
        }

        private void send() throws IOException {
            datagrams = ChannelAccount.guard(channel, entry.guard());
            for (Slice payload = next(); payload != null; payload = next()) {
                datagrams.pass(payload, target, name);
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

        /** Called when the channel has answers; does not block. */
        private void onArrival() {
            answered.add(this);
            quiet.write();
        }

        /**
         * Delivers what the channel has received.
         *
         * @param mayWait whether the thread may wait for the socket
         * @return false when it would have to
         */
        boolean deliverAll(boolean mayWait) {
            try {
                while (undelivered != null || channel.isReadyOr(this::onArrival)) {
                    Message.Data data = undelivered == null ? channel.receive() : undelivered;
                    undelivered = data;
                    if (data == null) {
                        close();
                        return true;
                    }
                    if (!mayWait && data.compression() != Compression.NONE || !deliver(Datagram.plain(data))) {
                        return false;
                    }
                    undelivered = null;
                    channel.consumed(data);
                    lastUse = System.nanoTime();
                }
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "UDP channel of " + name + " ended: " + Reason.of(e));
                close();
            }
            return true;
        }

        private boolean deliver(Slice payload) {
            try {
                ByteBuffer buffer = payload.toBuffer();
                socket.send(buffer, address);
                return !buffer.hasRemaining();
            } catch (IOException e) {
                LOG.log(DEBUG, () -> "datagram to " + name + " dropped: " + Reason.of(e));
                return true;
            }
        }
    }

    private final class Quiet extends QuietSocket {
        Quiet() {
            super(socket);
        }

        @Override
        protected boolean relay(ByteBuffer scratch) throws IOException {
            int received = 0;
            while (received < UdpRelay.AT_ONCE && receive(scratch)) {
                received++;
            }
            return true;
        }

        @Override
        protected boolean writeAll() {
            return deliverAll(false);
        }

        private boolean deliverAll(boolean mayWait) {
            for (Peer peer = answered.poll(); peer != null; peer = answered.poll()) {
                if (!peer.deliverAll(mayWait)) {
                    answered.add(peer);
                    return false;
                }
            }
            return true;
        }

        @Override
        protected void startWriter() {
            Threads.start("udp forward answers", () -> {
                try {
                    deliverAll(true);
                } finally {
                    endWriting();
                }
            });
        }
    }
}
