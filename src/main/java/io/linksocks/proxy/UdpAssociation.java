package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Message;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * The client's side of a UDP channel (RFC 1928, section 7): a socket on the address on which the control connection
 * arrived, for the datagrams of that client. When the control connection or the channel ends, so does the other.
 */
final class UdpAssociation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UdpAssociation.class.getName());

    private final Socket control;
    private final DatagramSocket socket;
    private final InetSocketAddress address;
    private final InetAddress client;
    private final Channel channel;
    private final DatagramGuard datagrams;
    /** The port for answers: the announced one until the first datagram; 0 while it is unknown. */
    private volatile int clientPort;
    /** Whether a datagram of the client has shown the port; used by the receiving thread only. */
    private boolean portKnown;

    /**
     * @param announcedPort the DST.PORT: the client's own in RFC 1928, but many clients send the target's, and a NAT may change
     *     it; so the first datagram from the client's address decides
     */
    UdpAssociation(Socket control, int announcedPort, Channel channel, DestinationGuard guard) throws IOException {
        this.control = control;
        this.channel = channel;
        this.datagrams = guard.forDatagrams(new ChannelAccount(channel),
                (payload, choices) -> channel.sendDatagram(payload, null, choices.get(0)));
        this.client = control.getInetAddress();
        this.clientPort = announcedPort;
        try {
            this.socket = Sockets.expectBursts(
                    new DatagramSocket(new InetSocketAddress(control.getLocalAddress(), 0)));
            this.address = new InetSocketAddress(control.getLocalAddress(), socket.getLocalPort());
        } catch (IOException e) {
            channel.close(Reason.of(e));
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    void start() {
        Threads.start("udp from client", this::clientToChannel);
        Threads.start("udp to client", this::channelToClient);
    }

    @Override
    public void close() {
        channel.discard("");
        socket.close();
    }

    private void clientToChannel() {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[DatagramPath.MAX_DATAGRAM], DatagramPath.MAX_DATAGRAM);
            while (!socket.isClosed()) {
                packet.setLength(DatagramPath.MAX_DATAGRAM);
                socket.receive(packet);
                if (isFromClient(packet)) {
                    forward(packet);
                }
            }
        } catch (IOException e) {
            channel.discard(socket.isClosed() ? "" : Reason.of(e));
        }
    }

    private boolean isFromClient(DatagramPacket packet) {
        if (!packet.getAddress().equals(client) || portKnown && packet.getPort() != clientPort) {
            LOG.log(DEBUG, () -> "datagram from another address dropped");
            return false;
        }
        portKnown = true;
        clientPort = packet.getPort();
        return true;
    }

    private void forward(DatagramPacket packet) throws IOException {
        Datagram datagram = Datagram.unwrap(packet);
        if (datagram != null) {
            datagrams.pass(datagram.payload(), datagram.address(), "a SOCKS client");
        }
    }

    private void channelToClient() {
        try {
            for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
                channel.consumed(data);
                Endpoint source = data.source() != null ? data.source() : data.target();
                if (source != null && clientPort != 0) {
                    deliver(new Datagram(Datagram.plain(data), source));
                }
            }
        } catch (IOException e) {
            channel.discard(Reason.of(e));
            LOG.log(DEBUG, () -> "UDP association ended: " + e.getMessage());
        } finally {
            socket.close();
            Sockets.close(control);
        }
    }

    private void deliver(Datagram datagram) {
        try {
            DatagramPacket packet = datagram.wrap();
            packet.setAddress(client);
            packet.setPort(clientPort);
            socket.send(packet);
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(DEBUG, () -> "datagram to the client dropped: " + e.getMessage());
        }
    }
}
