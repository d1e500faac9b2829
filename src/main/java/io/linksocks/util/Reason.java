package io.linksocks.util;

/** The description of a failure in a message for the user, in one line. */
public final class Reason {
    private Reason() {}

    /** The message, or the kind of failure when there is none. */
    public static String of(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
