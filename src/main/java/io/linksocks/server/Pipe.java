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

/** One direction of a splice: forwards payloads from one channel to another without decompressing them, and then the end. */
final class Pipe {
    /** The largest payload that a UDP datagram can have, over IPv6. */
    private static final int MAX_DATAGRAM = 65_527;

    private static final System.Logger LOG = System.getLogger(Pipe.class.getName());

    private final Channel from;
    private final Channel to;
    /** Shared by both directions. Null while both are open; then the reason why the first one failed, or empty. */
    private final AtomicReference<String> firstEnd;
    /** Null in the direction from the target. */
    private final DatagramGuard datagrams;
    /** Whether all data has been forwarded and no thread receives from the channel any more. */
    private volatile boolean finished;

    private Pipe(Channel from, Channel to, AtomicReference<String> firstEnd, DatagramGuard datagrams) {
        this.from = from;
        this.to = to;
        this.firstEnd = firstEnd;
        this.datagrams = datagrams;
    }

    /** @param guard decides which datagrams are forwarded */
    static Pipe toTarget(Channel from, Channel to, AtomicReference<String> firstEnd, DestinationGuard guard) {
        return new Pipe(from, to, firstEnd, guard.forDatagrams(new ChannelAccount(from),
                (payload, choices) -> to.sendDatagram(payload, null, choices.get(0))));
    }

    static Pipe fromTarget(Channel from, Channel to, AtomicReference<String> firstEnd) {
        return new Pipe(from, to, firstEnd, null);
    }

    /** Returns when the direction has ended; a failure closes both channels. */
    void carry() {
        try {
            carry(from.receive());
        } catch (ChannelException e) {
            fail(e);
        }
    }

    /** @param first the message that was received already; null when the channel ended without data */
    void carry(Message.Data first) {
        from.whenEnded(this::onEnd);
        try {
            for (Message.Data data = first; data != null; data = from.receive()) {
                if (!forward(data)) {
                    return;
                }
                from.consumed(data);
            }
            end();
        } catch (IOException e) {
            fail(e);
        }
    }

    /**
     * Returns false when the receiver accepts no more data. The other direction still drains; the second one to fail closes
     * both channels.
     */
    private boolean forward(Message.Data data) throws IOException {
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

    /** Forwards the end: a Disconnect closes both directions, a Fin only this one. */
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

    /** Called on the thread that ends the channel, when this one may be done receiving; queued data is forwarded first. */
    private void onEnd() {
        String failure = from.failure();
        if (finished || failure != null && !from.hasLeftovers()) {
            to.close(failure == null ? "" : failure);
        }
    }

    private void fail(IOException cause) {
        String why = Reason.of(cause);
        to.close(why);
        from.discard(why);
        LOG.log(TRACE, () -> "splice of " + from.peer() + " and " + to.peer() + " failed: " + why);
    }

    /** Writes the new header in place of the old one, in front of the payload, if there is room. */
    private void pass(Message.Data data) throws IOException {
        Slice payload = data.payload();
        if (data.transport() == Transport.UDP) {
            passDatagram(data);
        } else if (payload.offset() >= MessageWriter.DATA_ROOM) {
            to.send(data.compression(), payload);
        } else {
            byte[] roomy = new byte[MessageWriter.DATA_ROOM + payload.length()];
            payload.copyTo(roomy, MessageWriter.DATA_ROOM);
            to.send(data.compression(), new Slice(roomy, MessageWriter.DATA_ROOM, payload.length()));
        }
    }

    /** A single address is the destination in a datagram to the target, and the source in one from it. */
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
