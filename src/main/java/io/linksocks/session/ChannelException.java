package io.linksocks.session;

import java.io.IOException;

/** The failure to open a channel or to use it any longer; the message is the reason given by either side. */
public final class ChannelException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChannelException(String reason) {
        super(reason);
    }

    /** Creates the exception for an interrupted wait and restores the interrupt status. */
    static ChannelException interrupted() {
        Thread.currentThread().interrupt();
        return new ChannelException("interrupted");
    }
}
