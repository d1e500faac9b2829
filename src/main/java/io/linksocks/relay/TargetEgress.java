package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.dial.DialCancellation;
import io.linksocks.dial.DialError;
import io.linksocks.dial.Dialer;
import io.linksocks.dial.LoopDetectingDialer;
import io.linksocks.dial.RelayCounters;
import io.linksocks.protocol.Transport;
import io.linksocks.seal.SealException;
import io.linksocks.seal.SecretRing;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelAcceptor;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.Sockets;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;

/** The dialling side, for one client: connects each channel that it opens to its target. */
public final class TargetEgress implements ChannelAcceptor {
    private static final System.Logger LOG = System.getLogger(TargetEgress.class.getName());
    private static final RateLimitedLogger UNSEALED = new RateLimitedLogger(LOG);

    private final Dialer dialer;
    private final BatchOptions options;
    private final DestinationGuard guard;
    private final RelayCounters counters;
    private final RateLimitedLogger unreachable;
    private final SecretRing secrets;
    private final ClientDials dials = new ClientDials();

    /** Dials whatever the peer asks for. */
    public TargetEgress(Dialer dialer, BatchOptions options, RelayCounters counters) {
        this(dialer, options, DestinationGuard.open(), counters, new SecretRing(), newLog(1));
    }

    /**
     * For targets that are not reached.
     *
     * @param most lines a minute
     */
    public static RateLimitedLogger newLog(int most) {
        return new RateLimitedLogger(LOG, most);
    }

    private TargetEgress(Dialer dialer, BatchOptions options, DestinationGuard guard, RelayCounters counters,
            SecretRing secrets, RateLimitedLogger unreachable) {
        this.unreachable = unreachable;
        this.counters = counters;
        this.secrets = secrets;
        this.dialer = dialer.resolvingBy(guard.names());
        this.options = options;
        this.guard = guard;
    }

    /** The same for another client, who reaches only what a guard of its own lets pass. */
    public TargetEgress guardedBy(DestinationGuard other) {
        return guardedBy(other, newLog(1));
    }

    /** @param log for targets that are not reached, shared by all clients of somebody who may have many */
    public TargetEgress guardedBy(DestinationGuard other, RateLimitedLogger log) {
        return new TargetEgress(dialer, options, other, counters, secrets, log);
    }

    /** The same for requests that were sealed with one of these secrets, if there are any. */
    public TargetEgress sealedBy(SecretRing others) {
        return new TargetEgress(dialer, options, guard, counters, others, unreachable);
    }

    @Override
    public void accept(Channel channel) {
        dials.serve(channel.target() == null ? "udp channel" : "channel to " + channel.target(), () -> {
            TcpRelay relay = serve(channel);
            if (relay != null) {
                relay.run();
            }
        });
    }

    /** Returns the relay of a stream, which has begun, so that its stack is small where it waits; null when all is done. */
    private TcpRelay serve(Channel channel) {
        DialRequest request;
        try {
            request = DialRequest.of(channel, secrets);
        } catch (SealException e) {
            UNSEALED.warn("refused a channel of " + channel.peer() + ": " + e.getMessage());
            channel.refuse(SealException.REFUSAL + e.getMessage());
            return null;
        }
        if (request.transport() == Transport.UDP) {
            serveUdp(request);
            return null;
        }
        return beginTcp(request);
    }

    /** Returns null when there is no connection, and the opener knows. */
    private <T extends Closeable> T dial(DialRequest request, ClientDials.Dial<T> dial) {
        try (DialCancellation cancellation = new DialCancellation()) {
            T made = dials.run(request.channel(), cancellation::cancel, dial);
            if (cancellation.isCancelled()) {
                Sockets.close(made);
                throw new InterruptedIOException("given up by " + request.channel().peer());
            }
            return made;
        } catch (IOException e) {
            onFailure(request, e);
        } catch (RuntimeException e) {
            request.refuse("failed unexpectedly");
            throw e;
        }
        return null;
    }

    private void onFailure(DialRequest request, IOException failure) {
        Channel channel = request.channel();
        String line = channel.peer() + " asked for a target that can't be reached: " + failure.getMessage();
        if (!channel.isClosed()) {
            counters.onDialError(failure);
        }
        if (channel.isClosed() || DialError.of(failure).isLoggedWhereItArises()) {
            LOG.log(DEBUG, line);
        } else {
            unreachable.info(line);
        }
        request.refuse(DialError.toPeer(failure));
    }

    private void serveUdp(DialRequest request) {
        DatagramPath path = dial(request, () -> dialer.openDatagramPath(Dialer.CONNECT_TIMEOUT));
        if (path != null) {
            new UdpEgress(request, path, guard).run();
        }
    }

    /** Returns null when there is no connection. */
    private TcpRelay beginTcp(DialRequest request) {
        Channel channel = request.channel();
        Socket socket = dial(request, () -> connect(request));
        if (socket == null) {
            return null;
        }
        try {
            LOG.log(DEBUG, () -> "connected " + channel.peer() + " to " + request.target());
            request.confirm();
            TcpRelay relay = new TcpRelay(socket, null, channel, options);
            relay.begin();
            return relay;
        } catch (IOException e) {
            Sockets.close(socket);
            channel.close(Reason.of(e));
            return null;
        }
    }

    private Socket connect(DialRequest request) throws IOException {
        LoopDetectingDialer.refuseReturned(request.target());
        long began = System.nanoTime();
        Socket socket = guard.connect(dialer, request.target(), request.channel().peer(), Dialer.CONNECT_TIMEOUT);
        counters.dials.observe(System.nanoTime() - began);
        return socket;
    }
}
