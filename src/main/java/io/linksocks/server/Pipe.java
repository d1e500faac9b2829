package io.linksocks.server;

import static java.lang.System.Logger.Level.TRACE;

import io.linksocks.dial.DatagramGuard;
import io.linksocks.dial.DestinationGuard;
import io.linksocks.protocol.Compression;
import io.linksocks.protocol.Gzip;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageWriter;
import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.relay.ChannelAccount;
import io.linksocks.session.Channel;
import io.linksocks.session.ChannelException;
import io.linksocks.util.Reason;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/** Carries what one channel receives to another as it is, without unpacking it, and in the end the end. */
final class Pipe {
    /** The largest payload that a UDP datagram can have, over IPv6. */
    private static final int MAX_DATAGRAM = 65_527;

    private static final System.Logger LOG = System.getLogger(Pipe.class.getName());

    private final Channel from;
    private final Channel to;
    /** Shared with the way back. Null while both go on; then how the first one ended, empty for a good end. */
    private final AtomicReference<String> firstEnd;
    /** Null on the way back. */
    private final DatagramGuard datagrams;
    /** Whether all has been carried: nobody receives any more. */
    private volatile boolean finished;

    private Pipe(Channel from, Channel to, AtomicReference<String> firstEnd, DatagramGuard datagrams) {
        this.from = from;
        this.to = to;
        this.firstEnd = firstEnd;
        this.datagrams = datagrams;
    }

    /** @param guard decides which datagrams may pass */
    static Pipe toTarget(Channel from, Channel to, AtomicReference<String> firstEnd, DestinationGuard guard) {
        return new Pipe(from, to, firstEnd, guard.forDatagrams(new ChannelAccount(from),
                (payload, choices) -> to.sendDatagram(payload, null, choices.get(0))));
    }

    static Pipe fromTarget(Channel from, Channel to, AtomicReference<String> firstEnd) {
        return new Pipe(from, to, firstEnd, null);
    }

    /** Returns when there is no more to carry; whatever goes wrong ends both channels. */
    void carry() {
        try {
            carry(from.receive());
        } catch (ChannelException e) {
            breakOff(e);
        }
    }

    /** @param first received already; null when there will be nothing */
    void carry(Message.Data first) {
        from.whenEnded(this::onEnd);
        try {
            for (Message.Data data = first; data != null; data = from.receive()) {
                if (!takes(data)) {
                    return;
                }
                from.consumed(data);
            }
            end();
        } catch (IOException e) {
            breakOff(e);
        }
    }

    /** False when nobody takes it any more. What came the other way before that is still passed on; the last way ends both. */
    private boolean takes(Message.Data data) throws IOException {
        try {
            pass(data);
            return true;
        } catch (ChannelException e) {
            if (from.transport() == Transport.UDP) {
                throw e;
            }
            from.endInput();
            if (!firstEnd.compareAndSet(null, Reason.of(e))) {
                from.discard(Reason.of(e));
            }
            return false;
        }
    }

    /** A Disconnect ends both directions, a Fin only this one. */
    private void end() throws IOException {
        boolean both = from.transport() == Transport.UDP || from.isClosed();
        if (!both) {
            to.finish();
        }
        String first = firstEnd.compareAndSet(null, "") ? "" : firstEnd.get();
        if (both || !first.isEmpty()) {
            to.close(first);
        }
        finished = true;
        if (from.isClosed()) {
            onEnd();
        }
    }

    /** Called by whoever ends the channel, for nobody may receive from it any more; what it has left goes first. */
    private void onEnd() {
        String failure = from.failure();
        if (finished || failure != null && !from.hasLeftovers()) {
            to.close(failure == null ? "" : failure);
        }
    }

    private void breakOff(IOException cause) {
        String why = Reason.of(cause);
        to.close(why);
        from.discard(why);
        LOG.log(TRACE, () -> "route between " + from.peer() + " and " + to.peer() + " broke: " + why);
    }

    /** A payload has the room for the onward header in front of it, where its own header was. */
    private void pass(Message.Data data) throws IOException {
        Slice payload = data.payload();
        if (data.transport() == Transport.UDP) {
            passDatagram(data);
        } else if (payload.offset() >= MessageWriter.DATA_ROOM) {
            to.send(data.compression(), payload.array(), payload.offset(), payload.length());
        } else {
            byte[] roomy = new byte[MessageWriter.DATA_ROOM + payload.length()];
            System.arraycopy(payload.array(), payload.offset(), roomy, MessageWriter.DATA_ROOM, payload.length());
            to.send(data.compression(), roomy, MessageWriter.DATA_ROOM, payload.length());
        }
    }

    /** A datagram with one address only means the destination on the way there and the source on the way back. */
    private void passDatagram(Message.Data data) throws IOException {
        Slice payload = data.compression() == Compression.NONE
                ? data.payload()
                : Slice.of(Gzip.inflate(data.payload(), MAX_DATAGRAM));
        if (datagrams == null) {
            to.sendDatagram(payload, data.source() != null ? data.source() : data.target(), null);
        } else {
            datagrams.pass(payload, data.target() != null ? data.target() : data.source(), "connector " + from.peer());
        }
    }
}
