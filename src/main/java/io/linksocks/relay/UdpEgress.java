package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.function.BiConsumer;

/** The dialling side of a UDP channel: passes datagrams on to a path to the targets, and answers back. */
final class UdpEgress {
    /** Made while there is memory, as it may be wanted when there is none. */
    static final BiConsumer<Channel, String> DISCARD = Channel::discard;

    private static final System.Logger LOG = System.getLogger(UdpEgress.class.getName());

    private final Channel channel;
    private final Dialer dialer;
    private final DestinationGuard guard;
    private final RelayCounters counters;

    UdpEgress(Channel channel, Dialer dialer, DestinationGuard guard, RelayCounters counters) {
        this.counters = counters;
        this.channel = channel;
        this.dialer = dialer;
        this.guard = guard.forDatagrams();
    }

    void run() {
        DatagramPath path;
        try {
            path = dialer.openDatagramPath(TargetEgress.CONNECT_TIMEOUT);
        } catch (IOException e) {
            counters.onDialError(e);
            Threads.insist(TargetEgress.REFUSE, channel, Reason.of(e));
            LOG.log(DEBUG, () -> channel.peer() + " asked for UDP in vain: " + e.getMessage());
            return;
        } catch (OutOfMemoryError e) {
            Threads.insist(TargetEgress.REFUSE, channel, Reason.of(e));
            return;
        }
        try (path) {
            channel.confirm();
            Threads.start("udp answers", () -> answersToChannel(path));
            channelToTargets(path);
        } catch (IOException | OutOfMemoryError e) {
            Threads.insist(DISCARD, channel, Reason.of(e));
            LOG.log(DEBUG, () -> "UDP channel of " + channel.peer() + " ended: " + e.getMessage());
        }
    }

    private void channelToTargets(DatagramPath path) throws IOException {
        for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
            channel.consumed(data);
            Endpoint target = data.target() != null ? data.target() : data.source();
            if (target != null) {
                send(path, plain(data), target);
            }
        }
    }

    /** The payload of a Data message of a UDP channel as it was sent. */
    static Slice plain(Message.Data data) throws IOException {
        return data.compression() == Compression.NONE
                ? data.payload()
                : Slice.of(Gzip.inflate(data.payload(), DatagramPath.MAX_DATAGRAM));
    }

    /** A datagram that can't be sent is lost, as datagrams may be. */
    private void send(DatagramPath path, Slice payload, Endpoint target) {
        try {
            path.send(new Datagram(payload, guard.admit(target, channel.peer(), TargetEgress.CONNECT_TIMEOUT)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(DEBUG, () -> "datagram to " + target + " dropped: " + e.getMessage());
        }
    }

    /** Ends with the path. When that was closed because the channel has ended, closing the channel changes nothing. */
    private void answersToChannel(DatagramPath path) {
        try {
            for (;;) {
                Datagram answer = path.receive();
                channel.sendDatagram(answer.payload(), answer.address(), null);
            }
        } catch (IOException | OutOfMemoryError e) {
            Threads.insist(DISCARD, channel, Reason.of(e));
        }
    }
}
