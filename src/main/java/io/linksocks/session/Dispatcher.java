package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.protocol.Link;
import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import java.io.IOException;

/** Decides who gets a message that a session has received. Used by one thread at a time. */
final class Dispatcher {
    /** So many undecodable messages in a row are an attack or a different protocol (SPEC section 8). */
    private static final int MALFORMED_IN_A_ROW = 100;
    private static final int POLICY_VIOLATION = 1008;

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final Session session;
    private final ChannelTable channels;
    private final Outbound outbound;
    private final Outbox outbox;
    private final SessionObserver observer;
    private int malformed;
    private boolean otherMinor;

    Dispatcher(Session session, ChannelTable channels, Outbound outbound, Outbox outbox, SessionObserver observer) {
        this.session = session;
        this.channels = channels;
        this.outbound = outbound;
        this.outbox = outbox;
        this.observer = observer;
    }

    /** @param link which the message came by */
    void dispatch(Link link, Slice bytes) throws IOException {
        session.tally().received(bytes.length());
        Message message;
        try {
            message = MessageReader.read(bytes);
            malformed = 0;
            noteMinor(MessageReader.minorVersion(bytes));
        } catch (ProtocolException e) {
            count(bytes.length());
            onMalformed(link, e, bytes.length());
            return;
        }
        switch (message) {
            case Message.Ack ack when isExtended() -> outbound.onAck(ack);
            case Message.End over when isExtended() -> session.onEnd(link, over.error());
            // Neither has a number (docs/protocol-extensions.md, section 3.1), and both come too late.
            case Message.Begin begin -> observer.onMessage(begin);
            case Message.Begun begun -> observer.onMessage(begun);
            default -> {
                count(bytes.length());
                refuseFlood();
                if (!channels.deliver(message)) {
                    observer.onMessage(message);
                }
            }
        }
    }

    /** Another minor version is accepted, and logged once (docs/protocol.md). */
    private void noteMinor(int minor) {
        if (minor != MessageReader.MINOR_VERSION && !otherMinor) {
            otherMinor = true;
            LOG.log(INFO, () -> session.peer() + " speaks protocol version 0." + minor + ", this side 0."
                    + MessageReader.MINOR_VERSION);
        }
    }

    private boolean isExtended() {
        return session.parameters().isExtended();
    }

    private void count(int bytes) {
        if (isExtended()) {
            outbox.onReceived(bytes);
        }
    }

    /** Answers leave without waiting for room, so a peer that asks for ever more and takes none would fill the memory. */
    private void refuseFlood() throws LinkException {
        if (outbox.isFlooded() || outbound.isFlooded()) {
            throw new LinkException("does not take the answers to what it asks");
        }
    }

    /** SPEC section 8: dropped, but a TCP stream may not have a hole, and too many in a row end the link. */
    private void onMalformed(Link link, ProtocolException e, int length) throws IOException {
        session.counters().malformedMessages.increment();
        LOG.log(DEBUG, () -> "malformed message from " + session.peer() + ", type " + e.type() + ", " + length
                + " bytes: " + e.getMessage());
        channels.onMalformed(e.channel());
        if (++malformed >= MALFORMED_IN_A_ROW) {
            session.abandon("too many malformed messages");
            link.close(POLICY_VIOLATION, "too many malformed messages");
            throw e;
        }
    }
}
