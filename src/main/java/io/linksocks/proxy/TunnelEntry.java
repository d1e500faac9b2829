package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.AccessDeniedException;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Transport;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.NoSessionException;
import io.linksocks.relay.TcpRelay;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.List;

/** The one way from local ports into the tunnel, whatever they speak: rules first, then a channel, then the relay. */
final class TunnelEntry {
    private static final System.Logger LOG = System.getLogger(TunnelEntry.class.getName());

    private final ChannelOpener opener;
    private final EntryOptions options;

    TunnelEntry(ChannelOpener opener, EntryOptions options) {
        this.opener = opener;
        this.options = options;
    }

    /**
     * Opens a channel to a destination; only fast open does not wait until it is connected.
     *
     * @param asker who wants to go there, for the log
     */
    Channel connect(Endpoint destination, String asker) throws NoWayException {
        List<Endpoint> admitted = admit(destination, asker);
        // Of several addresses one is worth waiting for that answers.
        boolean waits = !options.fastOpen() || admitted.size() > 1;
        Channel channel = open(asker, destination, () -> waits
                ? opener.connect(admitted) : opener.request(Transport.TCP, admitted.get(0)));
        if (!waits) {
            Threads.start("fast open", () -> confirmInTime(channel, asker));
        }
        return channel;
    }

    /** The same for a client that is still to be told, until it leaves: nobody else would want the connection. */
    Channel connect(Endpoint destination, String asker, LocalClient client) throws NoWayException {
        ClientWatch watch = new ClientWatch(client);
        try {
            return connect(destination, asker);
        } finally {
            watch.end();
        }
    }

    private List<Endpoint> admit(Endpoint destination, String asker) throws NoWayException {
        try {
            return options.guard().admit(destination, asker, Dialer.CONNECT_TIMEOUT);
        } catch (AccessDeniedException e) {
            LOG.log(DEBUG, () -> asker + " may not go there: " + e.getMessage());
            throw new NoWayException(NoWayException.Kind.NOT_ALLOWED, e);
        } catch (IOException e) {
            throw noWay(asker, destination, e);
        }
    }

    /** Opens a channel for datagrams. */
    Channel associate(String asker) throws NoWayException {
        return open(asker, null, () -> options.fastOpen()
                ? opener.request(Transport.UDP, null) : opener.open(Transport.UDP, null));
    }

    /** How a channel is asked for. */
    private interface Opening {
        Channel run() throws IOException;
    }

    private static Channel open(String asker, Endpoint destination, Opening opening) throws NoWayException {
        try {
            return opening.run();
        } catch (NoSessionException e) {
            LOG.log(DEBUG, () -> "no session for " + asker + ": " + e.getMessage());
            throw new NoWayException(NoWayException.Kind.NO_SESSION, e);
        } catch (IOException e) {
            throw noWay(asker, destination, e);
        }
    }

    private static NoWayException noWay(String asker, Endpoint destination, IOException failure) {
        LOG.log(DEBUG, () -> asker + " can't reach " + destination + ": " + failure.getMessage());
        return new NoWayException(failure instanceof SocketTimeoutException
                ? NoWayException.Kind.TIMED_OUT : NoWayException.Kind.UNREACHABLE, failure);
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
