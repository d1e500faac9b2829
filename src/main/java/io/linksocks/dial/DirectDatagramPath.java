package io.linksocks.dial;

import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;

/** One UDP socket that sends to any target and takes answers from any source. */
final class DirectDatagramPath implements DatagramPath {
    private final DatagramSocket socket = Sockets.expectBursts(new DatagramSocket());
    private final DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);

    DirectDatagramPath() throws SocketException {}

    @Override
    public boolean takesNames() {
        return false;
    }

    @Override
    public void send(Datagram datagram) throws IOException {
        Slice payload = datagram.payload();
        Endpoint target = datagram.address();
        socket.send(new DatagramPacket(payload.array(), payload.offset(), payload.length(),
                InetAddress.getByName(target.host()), target.port()));
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
