package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.relay.UdpRelay;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;

/**
 * The client's side of a UDP channel (RFC 1928, section 7): a socket on the address on which the control connection
 * arrived, for the datagrams of that client. When the control connection or the channel ends, so does the other.
 */
final class UdpAssociation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UdpAssociation.class.getName());

    private final Channel channel;
    private final DatagramGuard guard;
    private final ClientPath path;
    private final UdpRelay relay;

    /**
     * @param announcedPort the DST.PORT: the client's own in RFC 1928, but many clients send the target's, and a NAT may change
     *     it; so the first datagram from the client's address decides
     */
    UdpAssociation(Socket control, int announcedPort, Channel channel, DestinationGuard guard) throws IOException {
        this.channel = channel;
        this.guard = ChannelAccount.guard(channel, guard);
        try {
            this.path = new ClientPath(control, announcedPort);
        } catch (IOException e) {
            channel.close(Reason.of(e));
            throw e;
        }
        this.relay = new UdpRelay(channel, path, this::forward, this::deliver);
    }

    InetSocketAddress address() {
        return path.address;
    }

    void start() {
        relay.begin();
        Threads.start("udp from client", relay::run);
    }

    @Override
    public void close() {
        channel.discard("");
        Sockets.close(path);
    }

    private boolean forward(Datagram datagram, boolean mayWait) throws IOException {
        if (!mayWait) {
            return guard.tryPass(datagram.payload(), datagram.address(), "a SOCKS client", this::trySend);
        }
        guard.pass(datagram.payload(), datagram.address(), "a SOCKS client");
        return true;
    }

    private boolean trySend(Slice payload, List<Endpoint> choices) throws IOException {
        return channel.trySendDatagram(payload, null, choices.get(0));
    }

    private boolean deliver(Message.Data data, boolean mayWait) throws IOException {
        Endpoint source = data.source() != null ? data.source() : data.target();
        if (source == null) {
            return true;
        }
        Datagram datagram = new Datagram(Datagram.plain(data), source);
        try {
            return path.send(datagram);
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(DEBUG, () -> "datagram to the client dropped: " + e.getMessage());
            return true;
        }
    }

    /** From the client and back: datagrams have the header of SOCKS, with their target or source. */
    private static final class ClientPath implements DatagramPath {
        private final Socket control;
        private final DatagramChannel socket;
        private final InetSocketAddress address;
        private final InetAddress client;
        /** The port for answers: the announced one until the first datagram; 0 while it is unknown. */
        private volatile int clientPort;
        /** Whether a datagram of the client has shown the port; used by one thread at a time. */
        private boolean portKnown;

        ClientPath(Socket control, int announcedPort) throws IOException {
            this.control = control;
            this.client = control.getInetAddress();
            this.clientPort = announcedPort;
            this.socket = Sockets.bind(new InetSocketAddress(control.getLocalAddress(), 0), false);
            this.address = new InetSocketAddress(control.getLocalAddress(), socket.socket().getLocalPort());
        }

        @Override
        public DatagramChannel socket() {
            return socket;
        }

        @Override
        public boolean send(Datagram datagram) throws IOException {
            int port = clientPort;
            if (port == 0) {
                return true;
            }
            return socket.send(datagram.wrap(), new InetSocketAddress(client, port)) > 0;
        }

        @Override
        public Datagram receive(ByteBuffer buffer) throws IOException {
            InetSocketAddress source = (InetSocketAddress) socket.receive(buffer.clear());
            return source != null && isClient(source) ? Datagram.unwrap(DatagramPath.content(buffer)) : null;
        }

        private boolean isClient(InetSocketAddress source) {
            if (!source.getAddress().equals(client) || portKnown && source.getPort() != clientPort) {
                LOG.log(DEBUG, () -> "datagram from another address dropped");
                return false;
            }
            portKnown = true;
            clientPort = source.getPort();
            return true;
        }

        @Override
        public void close() {
            Sockets.close(socket);
            Sockets.close(control);
        }
    }
}
