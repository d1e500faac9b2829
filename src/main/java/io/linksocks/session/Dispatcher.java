package io.linksocks.session;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.protocol.Message;
import io.linksocks.protocol.MessageReader;
import io.linksocks.protocol.ProtocolException;
import io.linksocks.protocol.Slice;
import java.util.function.Consumer;

/**
 * The decoder of received messages, which routes each to the part of the session it is for. Used by one thread at a
 * time.
 */
final class Dispatcher {
    /** This many undecodable messages in a row are an attack or a different protocol (docs/protocol.md). */
    private static final int MALFORMED_IN_A_ROW = 100;
    private static final String TOO_MANY_MALFORMED = "too many malformed messages";

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final SessionSettings settings;
    private final boolean extended;
    private final Multiplexer channels;
    private final ReliableSender sender;
    private final Outbox outbox;
    private final SessionObserver observer;
    private final Consumer<String> onEnd;
    private int malformed;
    private boolean otherMinor;

    /** @param onEnd called with the reason when the peer ends the session */
    Dispatcher(SessionSettings settings, Multiplexer channels, ReliableSender sender, Outbox outbox,
            SessionObserver observer, Consumer<String> onEnd) {
        this.settings = settings;
        this.extended = settings.parameters().isExtended();
        this.channels = channels;
        this.sender = sender;
        this.outbox = outbox;
        this.observer = observer;
        this.onEnd = onEnd;
    }

    /** @throws LinkException when the peer violates the protocol so that its link must be closed */
    void dispatch(Slice bytes) throws LinkException {
        Message message;
        try {
            message = MessageReader.read(bytes);
            malformed = 0;
            noteMinor(MessageReader.minorVersion(bytes));
        } catch (ProtocolException e) {
            count(bytes.length());
            onMalformed(e, bytes.length());
            return;
        }
        switch (message) {
            case Message.Ack ack when extended -> sender.onAck(ack);
            case Message.End over when extended -> onEnd.accept(over.error());
            // Begin, Begun and Leave have no number (docs/protocol-extensions.md, section 3.1); here they come too late.
            case Message.Begin begin -> observer.onMessage(begin);
            case Message.Begun begun -> observer.onMessage(begun);
            case Message.Leave leave when settings.features().leave() -> observer.onMessage(leave);
            default -> {
                count(bytes.length());
                refuseFlood();
                if (!channels.deliver(message)) {
                    observer.onMessage(message);
                }
            }
        }
    }

    /** Logs another minor version once; it is accepted (docs/protocol.md). */
    private void noteMinor(int minor) {
        if (minor != MessageReader.MINOR_VERSION && !otherMinor) {
            otherMinor = true;
            LOG.log(INFO, () -> sender.peer() + " speaks protocol version 0." + minor + ", this side 0."
                    + MessageReader.MINOR_VERSION);
        }
    }

    private void count(int bytes) {
        if (extended) {
            outbox.onReceived(bytes);
        }
    }

    /** Answers are sent without waiting for room, so a peer that requests but does not read would exhaust the memory. */
    private void refuseFlood() throws LinkException {
        if (outbox.isFlooded() || sender.isFlooded()) {
            throw LinkException.protocolError("does not read the answers to its requests");
        }
    }

    /** Drops the message and closes its channel; too many in a row end the session (docs/protocol.md). */
    private void onMalformed(ProtocolException e, int length) throws LinkException {
        settings.counters().malformedMessages.increment();
        LOG.log(DEBUG, () -> "malformed message from " + sender.peer() + ", type " + e.type() + ", " + length
                + " bytes: " + e.getMessage());
        channels.onMalformed(e.channel());
        if (++malformed >= MALFORMED_IN_A_ROW) {
            throw LinkException.policyViolation(TOO_MANY_MALFORMED);
        }
    }
}
