package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DatagramPath;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A local UDP port that leads to one target: each address that sends to it has a channel, as behind a translator of addresses. */
final class UdpForward implements OpenPort {
    /** Addresses at one time; more than that are no clients of one service. */
    static final int MAX_PEERS = 1024;
    /** After so much silence a client that comes again is as good as a new one. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);

    private static final System.Logger LOG = System.getLogger(UdpForward.class.getName());

    private final RateLimitedLogger warning = new RateLimitedLogger(LOG);
    private final DatagramSocket socket;
    private final Endpoint target;
    private final TunnelEntry entry;
    private final Duration idleLimit;
    private final ConcurrentHashMap<InetSocketAddress, UdpForwardPeer> peers = new ConcurrentHashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
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

    @Override
    public void close() {
        Sockets.close(socket);
        Threads.join(receiver);
        peers.values().forEach(UdpForwardPeer::close);
    }

    private void receiveAll() {
        DatagramPacket packet = new DatagramPacket(new byte[DatagramPath.MAX_DATAGRAM], DatagramPath.MAX_DATAGRAM);
        while (!socket.isClosed()) {
            try {
                packet.setLength(DatagramPath.MAX_DATAGRAM);
                socket.receive(packet);
                pass(packet);
            } catch (IOException e) {
                // Not the end: on some systems that an answer could not be delivered is told here.
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

    private UdpForwardPeer newPeer(InetSocketAddress from) {
        UdpForwardPeer peer = new UdpForwardPeer(socket, from, target, entry, waitingBytes, idleLimit);
        Threads.start("udp forward of " + Endpoint.of(from), () -> {
            try {
                peer.serve();
            } finally {
                peers.remove(from, peer);
            }
        });
        return peer;
    }
}
