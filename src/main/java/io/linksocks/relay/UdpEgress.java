package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The dialling side of a UDP channel: one socket that sends to any target and takes answers from any source. */
final class UdpEgress {
    /** The largest payload that a UDP datagram can have. */
    static final int MAX_DATAGRAM = 65_507;
    /** Names that one channel remembers. */
    private static final int REMEMBERED_NAMES = 64;

    private static final System.Logger LOG = System.getLogger(UdpEgress.class.getName());

    private final Channel channel;
    private final Map<String, InetAddress> names = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InetAddress> eldest) {
            return size() > REMEMBERED_NAMES;
        }
    };

    UdpEgress(Channel channel) {
        this.channel = channel;
    }

    void run() {
        DatagramSocket socket;
        try {
            socket = new DatagramSocket();
        } catch (SocketException e) {
            channel.refuse("no UDP socket: " + e.getMessage());
            return;
        }
        try (socket) {
            channel.confirm();
            Threads.start("udp answers", () -> answersToChannel(socket));
            channelToTargets(socket);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "UDP channel of " + channel.peer() + " ended: " + e.getMessage());
            channel.close(e.getMessage());
        }
    }

    private void channelToTargets(DatagramSocket socket) throws IOException {
        for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
            channel.consumed(data.payload().length());
            Endpoint target = data.target() != null ? data.target() : data.source();
            if (target != null) {
                sendTo(socket, target, UdpAssociation.plain(data));
            }
        }
    }

    /** A datagram that can't be sent is lost, as datagrams may be. */
    private void sendTo(DatagramSocket socket, Endpoint target, Slice payload) {
        try {
            InetSocketAddress address = new InetSocketAddress(addressOf(target), target.port());
            socket.send(new DatagramPacket(payload.array(), payload.offset(), payload.length(), address));
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(DEBUG, () -> "datagram to " + target + " dropped: " + e.getMessage());
        }
    }

    private InetAddress addressOf(Endpoint target) throws UnknownHostException {
        InetAddress known = names.get(target.host());
        if (known == null) {
            known = Resolver.resolve(target, TargetEgress.CONNECT_TIMEOUT)[0];
            names.put(target.host(), known);
        }
        return known;
    }

    private void answersToChannel(DatagramSocket socket) {
        byte[] buffer = new byte[MAX_DATAGRAM];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            while (!socket.isClosed()) {
                packet.setLength(buffer.length);
                socket.receive(packet);
                Endpoint source = Endpoint.of(packet.getAddress(), packet.getPort());
                channel.sendDatagram(new Slice(buffer, 0, packet.getLength()), source, null);
            }
        } catch (IOException e) {
            channel.close(socket.isClosed() ? "" : e.getMessage());
        }
    }
}
