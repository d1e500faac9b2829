package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Protocol;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** The one way from local ports into the tunnel, whatever they speak: rules first, then a channel, then the relay. */
final class TunnelEntry {
    private static final System.Logger LOG = System.getLogger(TunnelEntry.class.getName());

    private final ChannelOpener opener;
    private final SocksIngress.Options options;

    TunnelEntry(ChannelOpener opener, SocksIngress.Options options) {
        this.opener = opener;
        this.options = options;
    }

    /**
     * Opens a channel to a destination; only fast open does not wait until it is connected.
     *
     * @param asker who wants to go there, for the log
     */
    Channel connect(Endpoint destination, String asker) throws NoWayException {
        Endpoint admitted;
        try {
            admitted = options.guard().admit(destination, asker, TargetEgress.CONNECT_TIMEOUT);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> asker + " may not go there: " + e.getMessage());
            throw new NoWayException(NoWayException.Kind.NOT_ALLOWED, e);
        }
        Channel channel = open(Protocol.TCP, admitted, asker);
        if (options.fastOpen()) {
            Threads.start("fast open", () -> confirmInTime(channel, asker));
        }
        return channel;
    }

    /** Opens a channel for datagrams. */
    Channel associate(String asker) throws NoWayException {
        return open(Protocol.UDP, null, asker);
    }

    private Channel open(Protocol protocol, Endpoint destination, String asker) throws NoWayException {
        try {
            return options.fastOpen() ? opener.request(protocol, destination) : opener.open(protocol, destination);
        } catch (NoSessionException e) {
            LOG.log(DEBUG, () -> "no session for " + asker + ": " + e.getMessage());
            throw new NoWayException(NoWayException.Kind.NO_SESSION, e);
        } catch (IOException e) {
            LOG.log(DEBUG, () -> asker + " can't reach " + destination + ": " + e.getMessage());
            throw new NoWayException(e instanceof SocketTimeoutException
                    ? NoWayException.Kind.TIMED_OUT : NoWayException.Kind.UNREACHABLE, e);
        }
    }

    private static void confirmInTime(Channel channel, String asker) {
        try {
            channel.awaitConfirmation(ChannelOpener.CONFIRMATION_LIMIT);
        } catch (ChannelException e) {
            LOG.log(DEBUG, () -> asker + " was promised too much: " + e.getMessage());
        }
    }

    /** Tells the client that it has its connection; the relay, which has begun and is still to be run, closes the socket. */
    TcpRelay relay(LocalClient client, byte[] welcome, Channel channel) throws IOException {
        try {
            client.send(welcome);
            return begin(client, client.rest(), channel);
        } catch (IOException e) {
            channel.close(Reason.of(e));
            throw e;
        }
    }

    /** The same for a client that has been told, while another thread may be waiting for what it says. */
    TcpRelay relay(LocalClient client, Channel channel) {
        return begin(client, client.in(), channel);
    }

    private TcpRelay begin(LocalClient client, InputStream in, Channel channel) {
        TcpRelay relay = new TcpRelay(client.socket(), in, channel, options.batch());
        relay.begin();
        return relay;
    }

    DestinationGuard guard() {
        return options.guard();
    }
}
