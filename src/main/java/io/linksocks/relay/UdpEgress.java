package io.linksocks.relay;

import static java.lang.System.Logger.Level.DEBUG;

import io.linksocks.dial.Datagram;
import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DatagramPath;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.Slice;
import io.linksocks.session.Channel;
import io.linksocks.util.Endpoint;
import io.linksocks.util.Reason;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.util.List;

/** The dialling side of a UDP channel: passes datagrams on to a path to the targets, and answers back. */
final class UdpEgress {
    private static final System.Logger LOG = System.getLogger(UdpEgress.class.getName());

    private final DialRequest request;
    private final Channel channel;
    private final DatagramPath path;
    private final DestinationGuard guard;

    UdpEgress(DialRequest request, DatagramPath path, DestinationGuard guard) {
        this.request = request;
        this.channel = request.channel();
        this.path = path;
        this.guard = guard;
    }

    /** Runs until the channel or the path ends, and closes both. */
    void run() {
        try (path) {
            request.confirm();
            Threads.start("udp answers", this::answersToChannel);
            channelToTargets();
        } catch (IOException e) {
            channel.discard(Reason.of(e));
            LOG.log(DEBUG, () -> "UDP channel of " + channel.peer() + " ended: " + e.getMessage());
        }
    }

    private void channelToTargets() throws IOException {
        DatagramGuard datagrams = guard.forDatagrams(!path.takesNames(), new ChannelAccount(channel), this::send);
        for (Message.Data data = channel.receive(); data != null; data = channel.receive()) {
            channel.consumed(data);
            datagrams.pass(Datagram.plain(data), data.target() != null ? data.target() : data.source(), channel.peer());
        }
    }

    /** Goes to the first address for which this machine has a route. One that can't be sent is lost, as datagrams may be. */
    private void send(Slice payload, List<Endpoint> choices) {
        for (Endpoint choice : choices) {
            try {
                path.send(new Datagram(payload, choice));
                return;
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(DEBUG, () -> "no datagram to " + choice + ": " + e.getMessage());
            }
        }
    }

    /** Ends with the path. When that was closed because the channel has ended, closing the channel changes nothing. */
    private void answersToChannel() {
        try {
            for (;;) {
                Datagram answer = path.receive();
                channel.sendDatagram(answer.payload(), answer.address(), null);
            }
        } catch (IOException e) {
            channel.discard(Reason.of(e));
        }
    }
}
