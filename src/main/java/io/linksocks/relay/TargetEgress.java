package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Protocol;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BiConsumer;

/** The dialling side: connects each channel that the peer opens to its target. */
public final class TargetEgress implements ChannelAcceptor {
    /** How long a target may take to answer, look-up included (SPEC section 2). */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Made while there is memory, as it may be wanted when there is none; so is the next. */
    static final BiConsumer<Channel, String> REFUSE = Channel::refuse;
    private static final BiConsumer<Channel, String> CLOSE = Channel::close;

    private static final System.Logger LOG = System.getLogger(TargetEgress.class.getName());

    private final Dialer dialer;
    private final BatchOptions options;
    private final DestinationGuard guard;
    private final RelayCounters counters;

    /** Dials whatever the peer asks for. */
    public TargetEgress(Dialer dialer, BatchOptions options, RelayCounters counters) {
        this(dialer, options, DestinationGuard.open(), counters);
    }

    private TargetEgress(Dialer dialer, BatchOptions options, DestinationGuard guard, RelayCounters counters) {
        this.counters = counters;
        this.dialer = dialer;
        this.options = options;
        this.guard = guard;
    }

    /** The same for other peers, who reach only what a guard lets pass. */
    public TargetEgress guardedBy(DestinationGuard other) {
        return new TargetEgress(dialer, options, other, counters);
    }

    @Override
    public void accept(Channel channel) {
        if (channel.protocol() == Protocol.UDP) {
            Threads.start("udp channel", () -> new UdpEgress(channel, dialer, guard, counters).run());
        } else {
            Threads.start("channel to " + channel.target(), () -> serveTcp(channel));
        }
    }

    private void serveTcp(Channel channel) {
        Socket socket;
        try {
            long began = System.nanoTime();
            socket = guard.connect(dialer, channel.target(), channel.peer(), CONNECT_TIMEOUT);
            counters.dials.observe(System.nanoTime() - began);
        } catch (IOException e) {
            counters.onDialError(e);
            Threads.insist(REFUSE, channel, Reason.of(e));
            LOG.log(DEBUG, () -> channel.peer() + " asked for a target that can't be reached: " + e.getMessage());
            return;
        } catch (OutOfMemoryError e) {
            Threads.insist(REFUSE, channel, Reason.of(e));
            return;
        }
        try {
            LOG.log(DEBUG, () -> "connected " + channel.peer() + " to " + channel.target());
            channel.confirm();
            TcpRelay relay = new TcpRelay(socket, socket.getInputStream(), channel, options);
            relay.begin();
            relay.run();
        } catch (IOException | OutOfMemoryError e) {
            Sockets.close(socket);
            Threads.insist(CLOSE, channel, Reason.of(e));
        }
    }
}
