package io.linksocks.util;

import java.nio.channels.ClosedChannelException;

/** The description of a failure in a message for the user, in one line. */
public final class Reason {
    private Reason() {}

    /** The message, or the kind of failure when there is none. */
    public static String of(Throwable failure) {
        if (failure instanceof ClosedChannelException) {
            return "Socket closed";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
