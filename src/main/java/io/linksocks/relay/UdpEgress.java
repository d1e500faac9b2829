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
import io.linksocks.util.Sockets;
import java.io.IOException;
import java.util.List;

/** The dialling side of a UDP channel: passes datagrams on to a path to the targets, and answers back. */
final class UdpEgress {
    private static final System.Logger LOG = System.getLogger(UdpEgress.class.getName());

    private final DialRequest request;
    private final Channel channel;
    private final DatagramPath path;
    private final DatagramGuard guard;
    private final UdpRelay relay;

    UdpEgress(DialRequest request, DatagramPath path, DestinationGuard guard) {
        this.request = request;
        this.channel = request.channel();
        this.path = path;
        this.guard = guard.forDatagrams(!path.takesNames(), new ChannelAccount(channel), this::sendLater);
        this.relay = new UdpRelay(channel, path, this::answer, this::forward);
    }

    /** Runs until the channel or the path ends, and closes both. */
    void run() {
        try {
            request.confirm();
        } catch (IOException e) {
            channel.discard(Reason.of(e));
            Sockets.close(path);
            return;
        }
        relay.begin();
        relay.run();
    }

    private boolean forward(Message.Data data, boolean mayWait) throws IOException {
        Slice payload = Datagram.plain(data);
        Endpoint target = data.target() != null ? data.target() : data.source();
        if (!mayWait) {
            return guard.tryPass(payload, target, channel.peer(), this::send);
        }
        guard.pass(payload, target, channel.peer());
        return true;
    }

    /** Sends what may have waited for a look-up. */
    private void sendLater(Slice payload, List<Endpoint> choices) {
        relay.send(() -> send(payload, choices));
    }

    /**
     * Goes to the first address for which this machine has a route. One that can't be sent is lost, as datagrams may be.
     *
     * @return false when the path would have to wait
     */
    private boolean send(Slice payload, List<Endpoint> choices) {
        for (Endpoint choice : choices) {
            try {
                return path.send(new Datagram(payload, choice));
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(DEBUG, () -> "no datagram to " + choice + ": " + e.getMessage());
            }
        }
        return true;
    }

    private boolean answer(Datagram datagram, boolean mayWait) throws IOException {
        if (!mayWait) {
            return channel.trySendDatagram(datagram.payload(), datagram.address(), null);
        }
        channel.sendDatagram(datagram.payload(), datagram.address(), null);
        return true;
    }
}
