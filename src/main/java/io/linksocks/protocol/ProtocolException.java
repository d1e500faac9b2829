package io.linksocks.protocol;

import java.io.IOException;
import java.util.UUID;

/** A message that violates the protocol. The text contains nothing of the message, so it may be logged. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The {@link #type} when the message type is unknown. */
    static final int NO_TYPE = -1;

    private final int type;
    private final UUID channel;

    /**
     * @param type the message type, or {@link #NO_TYPE}
     * @param channel the channel to close because of it, or null
     */
    ProtocolException(int type, UUID channel, String message) {
        super(message);
        this.type = type;
        this.channel = channel;
    }

    ProtocolException(String message) {
        this(NO_TYPE, null, message);
    }

    /** The message type, or {@link #NO_TYPE} when the message is too short to have one. */
    public int type() {
        return type;
    }

    /**
     * The channel of a Data message that can't be decoded, which leaves a gap in its stream; null when that is unknown,
     * and for other types.
     */
    public UUID channel() {
        return channel;
    }
}
