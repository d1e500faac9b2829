package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Protocol;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.session.Session;
import io.linksocks.socks.SocksException;
import io.linksocks.socks.SocksHandshake;
import io.linksocks.socks.SocksReply;
import io.linksocks.socks.SocksRequest;
import io.linksocks.util.DeadlineInput;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One connection to a SOCKS port, from the greeting to the end of its channel. */
final class SocksConnection {
    /** SPEC section 8. */
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(15);
    /** A handshake comes in a few small pieces; larger reads bypass the buffer. */
    private static final int INPUT_BUFFER = 512;

    private static final System.Logger LOG = System.getLogger(SocksConnection.class.getName());

    private final Socket socket;
    private final ChannelOpener opener;
    private final SocksIngress.Options options;

    SocksConnection(Socket socket, ChannelOpener opener, SocksIngress.Options options) {
        this.socket = socket;
        this.opener = opener;
        this.options = options;
    }

    /** Returns when the client has no more to say; the socket is closed here or by the relay that took it over. */
    void serve() {
        boolean relayed = false;
        try {
            Sockets.tune(socket);
            DeadlineInput timed = new DeadlineInput(socket);
            InputStream in = new BufferedInputStream(timed, INPUT_BUFFER);
            timed.limit(HANDSHAKE_LIMIT);
            SocksHandshake.accept(in, socket.getOutputStream(), options.credentials());
            SocksRequest request = SocksRequest.read(in);
            timed.unlimited();
            relayed = switch (request.command()) {
                case CONNECT -> connect(request.destination(), in);
                case UDP_ASSOCIATE -> associate(request.destination(), in);
                case BIND -> reply(SocksReply.COMMAND_NOT_SUPPORTED);
            };
        } catch (SocksException e) {
            options.counters().failedHandshakes.increment();
            LOG.log(DEBUG, () -> "SOCKS client " + client() + ": " + e.getMessage());
            send(e.answer());
        } catch (SocketTimeoutException e) {
            options.counters().failedHandshakes.increment();
            LOG.log(DEBUG, () -> "SOCKS client " + client() + " took too long to say what it wants");
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "SOCKS client " + client() + " left: " + e.getMessage());
        } finally {
            if (!relayed) {
                Sockets.close(socket);
            }
        }
    }

    private boolean connect(Endpoint destination, InputStream in) {
        Endpoint admitted;
        try {
            admitted = options.guard().admit(destination, "SOCKS client " + client(), TargetEgress.CONNECT_TIMEOUT);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "SOCKS client " + client() + " may not go there: " + e.getMessage());
            return reply(SocksReply.NOT_ALLOWED);
        }
        Channel channel = open(Protocol.TCP, admitted);
        if (channel == null) {
            return false;
        }
        if (options.fastOpen()) {
            Threads.start("fast open", () -> confirmInTime(channel));
        }
        reply(SocksReply.SUCCEEDED);
        new TcpRelay(socket, in, channel, options.batch()).run();
        return true;
    }

    private boolean associate(Endpoint announced, InputStream in) throws IOException {
        Channel channel = open(Protocol.UDP, null);
        if (channel == null) {
            return false;
        }
        try (UdpAssociation association = new UdpAssociation(socket, announced.port(), channel, options.guard())) {
            association.start();
            send(SocksReply.SUCCEEDED.encode(association.address()));
            awaitEnd(in);
            return false;
        }
    }

    /** An association lives as long as its control connection (RFC 1928, section 7). */
    private static void awaitEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            in.skip(in.available());
        }
    }

    /** Null when there is no way to the target; the client knows then. Only fast open does not wait for the target. */
    private Channel open(Protocol protocol, Endpoint destination) {
        try {
            return options.fastOpen() ? opener.request(protocol, destination) : opener.open(protocol, destination);
        } catch (NoSessionException e) {
            LOG.log(DEBUG, () -> "no session for SOCKS client " + client() + ": " + e.getMessage());
            reply(SocksReply.NETWORK_UNREACHABLE);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "SOCKS client " + client() + " can't reach " + destination + ": " + e.getMessage());
            reply(SocksReply.HOST_UNREACHABLE);
        }
        return null;
    }

    private void confirmInTime(Channel channel) {
        try {
            channel.awaitConfirmation(ChannelOpener.CONFIRMATION_LIMIT);
        } catch (ChannelException e) {
            LOG.log(DEBUG, () -> "SOCKS client " + client() + " was promised too much: " + e.getMessage());
        }
    }

    private boolean reply(SocksReply reply) {
        send(reply.encode());
        return false;
    }

    private void send(byte[] answer) {
        try {
            socket.getOutputStream().write(answer);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "SOCKS client " + client() + " left before its answer: " + e.getMessage());
        }
    }

    private String client() {
        return Endpoint.of((InetSocketAddress) socket.getRemoteSocketAddress()).toString();
    }
}
