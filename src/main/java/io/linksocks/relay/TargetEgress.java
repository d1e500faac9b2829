package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialError;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.LoopDetectingDialer;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Transport;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/** The dialling side, for one client: connects each channel that it opens to its target. */
public final class TargetEgress implements ChannelAcceptor {
    private static final System.Logger LOG = System.getLogger(TargetEgress.class.getName());

    private final Dialer dialer;
    private final BatchOptions options;
    private final DestinationGuard guard;
    private final RelayCounters counters;
    private final RateLimitedLogger unreachable = new RateLimitedLogger(LOG);
    private final ClientDials dials = new ClientDials();

    /** Dials whatever the peer asks for. */
    public TargetEgress(Dialer dialer, BatchOptions options, RelayCounters counters) {
        this(dialer, options, DestinationGuard.open(), counters);
    }

    private TargetEgress(Dialer dialer, BatchOptions options, DestinationGuard guard, RelayCounters counters) {
        this.counters = counters;
        this.dialer = dialer.resolvingBy(guard.names());
        this.options = options;
        this.guard = guard;
    }

    /** The same for another client, who reaches only what a guard of its own lets pass. */
    public TargetEgress guardedBy(DestinationGuard other) {
        return new TargetEgress(dialer, options, other, counters);
    }

    @Override
    public void accept(Channel channel) {
        if (channel.transport() == Transport.UDP) {
            Threads.start("udp channel", () -> serveUdp(channel));
        } else {
            Threads.start("channel to " + channel.target(), () -> serveTcp(channel));
        }
    }

    /** Returns null when there is no connection, and the opener knows. */
    private <T extends Closeable> T dial(Channel channel, ClientDials.Dial<T> dial) {
        try {
            return dials.run(channel, dial, Sockets::close);
        } catch (IOException e) {
            onFailure(channel, e);
        }
        return null;
    }

    private void onFailure(Channel channel, IOException failure) {
        String line = channel.peer() + " asked for a target that can't be reached: " + failure.getMessage();
        if (channel.isClosed()) {
            LOG.log(DEBUG, line);
        } else {
            counters.onDialError(failure);
            unreachable.info(line);
        }
        channel.refuse(DialError.toPeer(failure));
    }

    private void serveUdp(Channel channel) {
        DatagramPath path = dial(channel, () -> dialer.openDatagramPath(Dialer.CONNECT_TIMEOUT));
        if (path != null) {
            new UdpEgress(channel, path, guard).run();
        }
    }

    private void serveTcp(Channel channel) {
        Socket socket = dial(channel, () -> connect(channel));
        if (socket == null) {
            return;
        }
        try {
            LOG.log(DEBUG, () -> "connected " + channel.peer() + " to " + channel.target());
            channel.confirm();
            TcpRelay relay = new TcpRelay(socket, null, channel, options);
            relay.begin();
            relay.run();
        } catch (IOException e) {
            Sockets.close(socket);
            channel.close(Reason.of(e));
        }
    }

    private Socket connect(Channel channel) throws IOException {
        LoopDetectingDialer.refuseReturned(channel.target());
        long began = System.nanoTime();
        Socket socket = guard.connect(dialer, channel.target(), channel.peer(), Dialer.CONNECT_TIMEOUT);
        counters.dials.observe(System.nanoTime() - began);
        return socket;
    }
}
