package io.linksocks.relay;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;

/** One UDP socket that sends to any target and takes answers from any source. */
final class DirectDatagramPath implements DatagramPath {
    /** Names that one path remembers. */
    private static final int REMEMBERED_NAMES = 64;

    private final DatagramSocket socket = new DatagramSocket();
    private final DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    private final Map<String, InetAddress> names = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InetAddress> eldest) {
            return size() > REMEMBERED_NAMES;
        }
    };

    DirectDatagramPath() throws SocketException {}

    @Override
    public void send(Datagram datagram) throws IOException {
        Slice payload = datagram.payload();
        Endpoint target = datagram.address();
        socket.send(new DatagramPacket(payload.array(), payload.offset(), payload.length(),
                addressOf(target), target.port()));
    }

    private InetAddress addressOf(Endpoint target) throws UnknownHostException {
        InetAddress known = names.get(target.host());
        if (known == null) {
            known = Resolver.resolve(target, TargetEgress.CONNECT_TIMEOUT)[0];
            names.put(target.host(), known);
        }
        return known;
    }

    @Override
    public Datagram receive() throws IOException {
        packet.setLength(MAX_DATAGRAM);
        socket.receive(packet);
        return new Datagram(new Slice(packet.getData(), 0, packet.getLength()),
                Endpoint.of(packet.getAddress(), packet.getPort()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
