package io.linksocks.proxy;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialError;
import io.linksocks.dial.DialException;
import io.linksocks.dial.Dialer;
import io.linksocks.protocol.Transport;
import io.linksocks.relay.ChannelOpener;
import io.linksocks.relay.ChannelStreams;
import io.linksocks.relay.Claimant;
import io.linksocks.relay.NoSessionException;
import io.linksocks.relay.TcpRelay;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;

/** The entry from local ports of all protocols into the tunnel: access rules first, then a channel, then the relay. */
final class TunnelEntry {
    private static final System.Logger LOG = System.getLogger(TunnelEntry.class.getName());

    private final ChannelOpener opener;
    private final EntryOptions options;

    TunnelEntry(ChannelOpener opener, EntryOptions options) {
        this.opener = opener;
        this.options = options;
    }

    /**
     * Opens a channel to a destination and waits until it is connected, except with fast open.
     *
     * @param asker who wants to go there, for the log
     * @param origin its address, or what else is equal for connections that a sticky token keeps together
     * @throws DialException of kind {@link DialError#RULE} when a rule of this side refuses the destination,
     *     {@link DialError#LOCAL} without a session
     */
    Channel connect(Endpoint destination, String asker, Object origin) throws DialException {
        return connectFor(new Claimant(origin), destination, asker);
    }

    private Channel connectFor(Claimant claimant, Endpoint destination, String asker) throws DialException {
        return open(asker, reason -> DialError.describe(destination, reason), () -> {
            List<Endpoint> admitted = claimant.interruptibly(
                    () -> options.guard().admit(destination, asker, Dialer.CONNECT_TIMEOUT));
            // With several addresses, the first one to be connected has to be waited for.
            if (!options.fastOpen() || admitted.size() > 1) {
                return opener.connect(admitted, claimant);
            }
            Channel channel = opener.request(Transport.TCP, admitted.get(0), claimant);
            Threads.start("fast open", () -> confirmInTime(channel, asker));
            return channel;
        });
    }

    /** The same for a client that waits for an answer: gives up when the client leaves. */
    Channel connect(Endpoint destination, String asker, LocalClient client, Object origin) throws DialException {
        LocalClient.Watch watch = client.new Watch(origin);
        try {
            return connectFor(watch, destination, asker);
        } finally {
            watch.end();
        }
    }

    /** Opens a channel for datagrams. */
    Channel associate(String asker, Object origin) throws DialException {
        return open(asker, "can't reach anything by UDP: "::concat, () -> options.fastOpen()
                ? opener.request(Transport.UDP, null, new Claimant(origin))
                : opener.open(Transport.UDP, null, new Claimant(origin)));
    }

    /** Whether connections of one origin reach their targets from the same place. */
    boolean isSticky() {
        return opener.isSticky();
    }

    private interface Opening {
        Channel run() throws IOException;
    }

    /** @param description of a failure, by its reason */
    private static Channel open(String asker, UnaryOperator<String> description, Opening opening) throws DialException {
        try {
            return opening.run();
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "for " + asker + ": " + description.apply(Reason.of(e)));
            throw new DialException(e instanceof NoSessionException ? DialError.LOCAL : DialError.of(e), Reason.of(e));
        }
    }

    private static void confirmInTime(Channel channel, String asker) {
        try {
            channel.awaitConfirmation(ChannelOpener.CONFIRMATION_LIMIT);
        } catch (ChannelException e) {
            LOG.log(DEBUG, () -> asker + " was told too early that its target is connected: " + e.getMessage());
        }
    }

    /** Sends to the target what comes before anything of the client's. */
    void sendAhead(byte[] bytes, Channel channel, Endpoint target) throws IOException {
        try {
            new ChannelStreams(channel, target, options.batch()).out().write(bytes);
        } catch (IOException e) {
            channel.close(Reason.of(e));
            throw e;
        }
    }

    /** Tells the client that it is connected, and begins the relay; the caller runs it, and the relay closes the socket. */
    TcpRelay relay(LocalClient client, byte[] welcome, Channel channel) throws IOException {
        try {
            client.send(welcome);
            return begin(client, client.rest(), channel);
        } catch (IOException e) {
            channel.close(Reason.of(e));
            throw e;
        }
    }

    /** The same for a client that has been told, while another thread may be reading from it. */
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
