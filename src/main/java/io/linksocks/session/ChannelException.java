package io.linksocks.session;

import java.io.IOException;

/** A channel that could not be opened, or whose stream broke off; the message is the reason as the peer or we put it. */
public final class ChannelException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChannelException(String reason) {
        super(reason);
    }

    /** For a thread that was interrupted while it waited, and stays so. */
    static ChannelException interrupted() {
        Thread.currentThread().interrupt();
        return new ChannelException("interrupted");
    }
}
