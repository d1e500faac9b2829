package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.UdpHeader;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * The client's side of a UDP channel (RFC 1928, section 7): a socket on the address on which the control connection
 * arrived, for the datagrams of that one client.
 */
final class UdpAssociation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UdpAssociation.class.getName());

    private final DatagramSocket socket;
    private final InetAddress client;
    private final Channel channel;
    /** The port the client sends from: announced, or that of its first datagram; 0 while unknown. */
    private volatile int clientPort;

    UdpAssociation(Socket control, int announcedPort, Channel channel) throws IOException {
        this.channel = channel;
        this.client = control.getInetAddress();
        this.clientPort = announcedPort;
        try {
            this.socket = new DatagramSocket(new InetSocketAddress(control.getLocalAddress(), 0));
        } catch (IOException e) {
            channel.close(e.getMessage());
            throw e;
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    void start() {
        Threads.start("udp from client", this::clientToChannel);
        Threads.start("udp to client", this::channelToClient);
    }

    @Override
    public void close() {
        channel.close("");
        socket.close();
    }

    private void clientToChannel() {
        byte[] buffer = new byte[UdpEgress.MAX_DATAGRAM];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            while (!socket.isClosed()) {
                packet.setLength(buffer.length);
                socket.receive(packet);
                if (isFromClient(packet)) {
                    forward(packet);
                }
            }
        } catch (IOException e) {
            channel.close(socket.isClosed() ? "" : e.getMessage());
        }
    }

    private boolean isFromClient(DatagramPacket packet) {
        if (!packet.getAddress().equals(client) || clientPort != 0 && packet.getPort() != clientPort) {
            LOG.log(DEBUG, () -> "datagram from a stranger dropped");
            return false;
        }
        clientPort = packet.getPort();
        return true;
    }

    private void forward(DatagramPacket packet) throws IOException {
        try {
            UdpHeader header = UdpHeader.parse(packet.getData(), packet.getOffset(), packet.getLength());
            if (header.fragment() != 0) {
                return;
            }
            int length = packet.getOffset() + packet.getLength() - header.payloadOffset();
            channel.sendDatagram(new Slice(packet.getData(), header.payloadOffset(), length), null, header.destination());
        } catch (SocksException e) {
            LOG.log(DEBUG, () -> "datagram dropped: " + e.getMessage());
        }
    }

    private void channelToClient() {
        try {
            for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
                channel.consumed(data.payload().length());
                Endpoint source = data.source() != null ? data.source() : data.target();
                if (source != null && clientPort != 0) {
                    deliver(plain(data), source);
                }
            }
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "UDP association ended: " + e.getMessage());
        } finally {
            socket.close();
        }
    }

    static Slice plain(Message.Data data) throws IOException {
        return data.compression() == Compression.NONE
                ? data.payload()
                : Slice.of(Gzip.inflate(data.payload(), UdpEgress.MAX_DATAGRAM));
    }

    private void deliver(Slice payload, Endpoint source) {
        byte[] datagram = new byte[UdpHeader.MAX_LENGTH + payload.length()];
        System.arraycopy(payload.array(), payload.offset(), datagram, UdpHeader.MAX_LENGTH, payload.length());
        int start = UdpHeader.write(datagram, UdpHeader.MAX_LENGTH, source);
        try {
            socket.send(new DatagramPacket(datagram, start, datagram.length - start, client, clientPort));
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "datagram to the client dropped: " + e.getMessage());
        }
    }
}
